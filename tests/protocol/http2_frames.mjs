// An HTTP/2 client that sends exactly the bytes it is told to, for frames that no library makes (RFC 9113, RFC 7541).

import { connect } from 'node:tls';
import { address } from './server.mjs';

export const type = {
  data: 0, headers: 1, priority: 2, rstStream: 3, settings: 4, pushPromise: 5, ping: 6, goAway: 7, windowUpdate: 8, continuation: 9,
};
export const flag = { ack: 1, endStream: 1, endHeaders: 4, padded: 8, priority: 0x20 };
export const setting = {
  headerTableSize: 1, enablePush: 2, maxConcurrentStreams: 3, initialWindowSize: 4, maxFrameSize: 5, maxHeaderListSize: 6,
  enableConnectProtocol: 8,
};
export const error = {
  none: 0, protocol: 1, internal: 2, flowControl: 3, streamClosed: 5, frameSize: 6, refusedStream: 7, cancel: 8, compression: 9,
  enhanceYourCalm: 11,
};
const errorNames = Object.fromEntries(Object.entries(error).map(([name, code]) => [code, name]));
export const nameOf = (code) => errorNames[code] ?? String(code);

/// One frame. `length` overrides the true length.
export function frame(kind, flags = 0, stream = 0, payload = '', { length } = {}) {
  const body = Buffer.from(payload);
  const head = Buffer.alloc(9);
  head.writeUIntBE(length ?? body.length, 0, 3);
  head[3] = kind;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
}

export const uint32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

export const settings = (...pairs) =>
  frame(type.settings, 0, 0, Buffer.concat(pairs.map(([id, value]) => Buffer.concat([Buffer.from([0, id]), uint32(value)]))));

/// RFC 7541 5.1.
function integer(prefix, bits, value) {
  const most = (1 << bits) - 1;
  if (value < most) return Buffer.from([prefix | value]);
  const bytes = [prefix | most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

/// A field written out, neither compressed nor remembered (RFC 7541 6.2.2).
export const field = (name, value) =>
  Buffer.concat([Buffer.from([0]), integer(0, 7, Buffer.byteLength(name, 'latin1')), Buffer.from(name, 'latin1'),
    integer(0, 7, Buffer.byteLength(value, 'latin1')), Buffer.from(value, 'latin1')]);

/// Fields by name, or in pairs when order or repetition matters.
export const block = (fields) => Buffer.concat((Array.isArray(fields) ? fields : Object.entries(fields)).map(([name, value]) => field(name, value)));

export const get = { ':method': 'GET', ':scheme': 'https', ':path': '/', ':authority': 'example.org' };
export const post = { ...get, ':method': 'POST' };

/// A whole request's head in one frame, and no body.
export const request = (stream, fields = get) => frame(type.headers, flag.endStream | flag.endHeaders, stream, block(fields));
/// A request whose body is still to come.
export const opening = (stream, fields = post) => frame(type.headers, flag.endHeaders, stream, block(fields));

export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

// RFC 7541 A and B, as much of them as a status needs.
const staticStatus = { 8: 200, 9: 204, 10: 206, 11: 304, 12: 400, 13: 404, 14: 500 };
const huffmanDigits = { '00000': 0, '00001': 1, '00010': 2, '011001': 3, '011010': 4, '011011': 5, '011100': 6, '011101': 7, '011110': 8, '011111': 9 };

function huffmanNumber(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let digits = '';
  for (let at = 0; digits.length < 3; ) {
    const size = bits.slice(at, at + 5) in huffmanDigits ? 5 : 6;
    digits += huffmanDigits[bits.slice(at, at + size)];
    at += size;
  }
  return Number(digits);
}

/// The status, which is a response's first field. Right for the first of its kind on a connection: later ones may stand
/// for what was said before.
export function statusOf({ payload }) {
  const at = (payload[0] & 0xe0) === 0x20 ? 1 : 0;
  if (payload[at] & 0x80) return staticStatus[payload[at] & 0x7f];
  const value = payload.subarray(at + 2, at + 2 + (payload[at + 1] & 0x7f));
  return payload[at + 1] & 0x80 ? huffmanNumber(value) : Number(value.toString('latin1'));
}

export class RawHttp2 {
  #socket;
  #buffer = Buffer.alloc(0);
  #waiting;
  isEnded = false;

  /// Connects with TLS; sends the preface and, unless `first` says otherwise, empty SETTINGS.
  static async open(server, first = Buffer.concat([preface, settings()])) {
    const raw = new RawHttp2();
    raw.#socket = connect({ port: server.port, host: address, rejectUnauthorized: false, ALPNProtocols: ['h2'] });
    raw.#socket.setNoDelay(true);
    await new Promise((done, failed) => raw.#socket.once('secureConnect', done).once('error', failed));
    raw.#socket.on('error', () => {});
    raw.#socket.on('data', (chunk) => {
      raw.#buffer = Buffer.concat([raw.#buffer, chunk]);
      raw.#waiting?.();
    });
    raw.#socket.on('close', () => {
      raw.isEnded = true;
      raw.#waiting?.();
    });
    raw.#socket.write(first);
    return raw;
  }

  send(...frames) {
    this.#socket.write(Buffer.concat(frames));
  }

  /// The next frame from the server, or undefined when it ends the connection. SETTINGS are acknowledged.
  async read() {
    for (;;) {
      const length = this.#buffer.length >= 9 ? 9 + this.#buffer.readUIntBE(0, 3) : Infinity;
      if (this.#buffer.length >= length) {
        const bytes = this.#buffer.subarray(0, length);
        this.#buffer = this.#buffer.subarray(length);
        const read = { type: bytes[3], flags: bytes[4], stream: bytes.readUInt32BE(5), payload: bytes.subarray(9) };
        if (read.type === type.settings && !(read.flags & flag.ack)) this.send(frame(type.settings, flag.ack));
        return read;
      }
      if (this.isEnded) return undefined;
      await new Promise((done) => {
        this.#waiting = done;
      });
    }
  }

  /// Passes over frames until `wanted` likes one; undefined when the connection ends before.
  async until(wanted) {
    for (;;) {
      const next = await this.read();
      if (!next || wanted(next)) return next;
    }
  }

  /// The status of the answer on a stream; or what else became of it: 'reset: NAME', 'going away: NAME', 'closed'.
  async outcome(stream) {
    const next = await this.until(
      (read) => read.type === type.goAway || (read.stream === stream && [type.headers, type.rstStream].includes(read.type)),
    );
    if (!next) return 'closed';
    if (next.type === type.goAway) return `going away: ${nameOf(next.payload.readUInt32BE(4))}`;
    if (next.type === type.rstStream) return `reset: ${nameOf(next.payload.readUInt32BE(0))}`;
    return statusOf(next);
  }

  /// Sends a PING and reads up to its answer; what came before it, or undefined when the connection ended instead.
  async settle() {
    const token = Buffer.from('settled!');
    this.send(frame(type.ping, 0, 0, token));
    const before = [];
    for (;;) {
      const next = await this.read();
      if (!next) return undefined;
      if (next.type === type.ping && next.flags & flag.ack && next.payload.equals(token)) return before;
      before.push(next);
    }
  }

  destroy() {
    this.#socket.destroy();
  }
}
