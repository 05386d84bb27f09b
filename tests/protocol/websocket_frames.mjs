// A WebSocket client that sends exactly the bytes it is told to, for frames that no library makes.

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { address } from './server.mjs';

export const text = 1;
export const binary = 2;
export const close = 8;
export const ping = 9;
export const pong = 10;

/// One frame. `length` overrides the true length, `lengthBytes` the shortest way to write it (1, 2 or 8).
export function frame(opcode, payload = '', options = {}) {
  const { fin = true, rsv = 0, masked = true, length, lengthBytes } = options;
  const body = Buffer.from(payload);
  const size = length ?? BigInt(body.length);
  const bytes = lengthBytes ?? (size < 126n ? 1 : size < 65536n ? 2 : 8);
  const head = Buffer.alloc(1 + (bytes === 1 ? 1 : 1 + bytes));
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  head[1] = masked ? 0x80 : 0;
  if (bytes === 1) head[1] |= Number(size);
  if (bytes === 2) head[1] |= 126;
  if (bytes === 2) head.writeUInt16BE(Number(size), 2);
  if (bytes === 8) head[1] |= 127;
  if (bytes === 8) head.writeBigUInt64BE(size, 2);
  if (!masked) return Buffer.concat([head, body]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, body.map((byte, index) => byte ^ mask[index % 4])]);
}

export const closePayload = (code, reason = '') => {
  const bytes = Buffer.from(reason);
  return Buffer.concat([Buffer.from([code >> 8, code & 255]), bytes]);
};

export class RawWebSocket {
  #socket;
  #buffer = Buffer.alloc(0);
  #waiting;
  isEnded = false;

  /// Upgrades, and resolves once the answer to that has been read.
  static async open(server) {
    const raw = new RawWebSocket();
    raw.#socket = connect(server.port, address);
    raw.#socket.setNoDelay(true);
    raw.#socket.on('data', (chunk) => {
      raw.#buffer = Buffer.concat([raw.#buffer, chunk]);
      raw.#waiting?.();
    });
    raw.#socket.on('error', () => {});
    raw.#socket.on('close', () => {
      raw.isEnded = true;
      raw.#waiting?.();
    });
    raw.#socket.write(
      `GET /ws HTTP/1.1\r\nHost: ${server.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
    const head = await raw.#take(() => {
      const end = raw.#buffer.indexOf('\r\n\r\n');
      return end < 0 ? undefined : end + 4;
    });
    if (!head?.toString('latin1').startsWith('HTTP/1.1 101 ')) throw new Error(`no upgrade: ${head}`);
    return raw;
  }

  /// Waits until `measure` says how many bytes to take; undefined when the connection ends before.
  async #take(measure) {
    for (;;) {
      const length = measure();
      if (length !== undefined && length <= this.#buffer.length) {
        const taken = this.#buffer.subarray(0, length);
        this.#buffer = this.#buffer.subarray(length);
        return taken;
      }
      if (this.isEnded) return undefined;
      await new Promise((done) => {
        this.#waiting = done;
      });
    }
  }

  send(...frames) {
    this.#socket.write(Buffer.concat(frames));
  }

  /// The same bytes, `size` at a time, each in a packet of its own.
  async sendInPieces(bytes, size) {
    for (let at = 0; at < bytes.length && !this.isEnded; at += size) {
      await new Promise((done) => {
        this.#socket.write(bytes.subarray(at, at + size), () => setImmediate(done));
      });
    }
  }

  /// The next frame from the server, or undefined when it ends the connection.
  async read() {
    const header = () => {
      if (this.#buffer.length < 2) return undefined;
      const short = this.#buffer[1] & 127;
      return 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
    };
    const measure = () => {
      const size = header();
      if (size === undefined || this.#buffer.length < size) return undefined;
      const short = this.#buffer[1] & 127;
      if (short === 126) return size + this.#buffer.readUInt16BE(2);
      if (short === 127) return size + Number(this.#buffer.readBigUInt64BE(2));
      return size + short;
    };
    let size;
    const whole = await this.#take(() => {
      size = header();
      return measure();
    });
    if (!whole) return undefined;
    const payload = whole.subarray(size);
    return {
      opcode: whole[0] & 15,
      isFinal: whole[0] >= 128,
      isMasked: whole[1] >= 128,
      payload,
      code: (whole[0] & 15) === close && payload.length >= 2 ? payload.readUInt16BE(0) : undefined,
    };
  }

  /// Resolves when the server has ended the connection; everything it said before is returned. A close frame is answered.
  async rest() {
    const frames = [];
    for (;;) {
      const next = await this.read();
      if (!next) return frames;
      frames.push(next);
      if (next.opcode === close && !this.isEnded) this.send(frame(close, next.payload));
    }
  }

  destroy() {
    this.#socket.destroy();
  }
}
