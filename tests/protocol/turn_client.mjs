// The part of TURN (RFC 8656) that shows what a server lets its clients do: allocations and permissions over UDP.

import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';

const cookie = 0x2112a442;
const methods = { allocate: 0x003, createPermission: 0x008 };
const attributes = { username: 0x0006, integrity: 0x0008, error: 0x0009, peer: 0x0012, realm: 0x0014, nonce: 0x0015,
  relayed: 0x0016, transport: 0x0019 };

const udp = Buffer.from([17, 0, 0, 0]);

function attribute(type, value) {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

function request(method, body, key) {
  const head = Buffer.alloc(20);
  head.writeUInt16BE(method, 0);
  head.writeUInt32BE(cookie, 4);
  randomBytes(12).copy(head, 8);
  // The length covers the integrity attribute, which covers all before it.
  head.writeUInt16BE(body.length + (key ? 24 : 0), 2);
  const message = Buffer.concat([head, body]);
  if (!key) return message;
  return Buffer.concat([message, attribute(attributes.integrity, createHmac('sha1', key).update(message).digest())]);
}

function parse(message) {
  const found = new Map();
  for (let at = 20; at + 4 <= message.length; ) {
    const length = message.readUInt16BE(at + 2);
    found.set(message.readUInt16BE(at), message.subarray(at + 4, at + 4 + length));
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  const error = found.get(attributes.error);
  return { found, error: error ? error[2] * 100 + error[3] : undefined };
}

function xorAddress(ip, port) {
  const value = Buffer.alloc(8);
  value[1] = 1;
  value.writeUInt16BE(port ^ (cookie >>> 16), 2);
  Buffer.from(ip.split('.').map(Number)).copy(value, 4);
  value.writeUInt32BE((value.readUInt32BE(4) ^ cookie) >>> 0, 4);
  return value;
}

function ipOf(value) {
  const plain = Buffer.alloc(4);
  plain.writeUInt32BE((value.readUInt32BE(4) ^ cookie) >>> 0);
  return [...plain].join('.');
}

export class TurnClient {
  #socket = createSocket('udp4');
  #credentials;

  constructor(url, { username, credential }) {
    const [, host, port] = /^turn:([\d.]+):(\d+)$/.exec(url);
    this.host = host;
    this.port = Number(port);
    this.username = username;
    this.credential = credential;
  }

  /// The relayed address, or the error code of the refusal.
  async allocate() {
    const challenge = parse(await this.#exchange(request(methods.allocate, attribute(attributes.transport, udp))));
    assert.equal(challenge.error, 401, 'an allocation without credentials is refused');
    const realm = challenge.found.get(attributes.realm);
    this.#credentials = Buffer.concat([
      attribute(attributes.username, Buffer.from(this.username)),
      attribute(attributes.realm, realm),
      attribute(attributes.nonce, challenge.found.get(attributes.nonce)),
    ]);
    this.key = createHash('md5').update(`${this.username}:${realm}:${this.credential}`).digest();
    const { found, error } = await this.#ask(methods.allocate, attribute(attributes.transport, udp));
    return error ?? ipOf(found.get(attributes.relayed));
  }

  /// 'granted', or the error code of the refusal.
  async permission(ip) {
    const { error } = await this.#ask(methods.createPermission, attribute(attributes.peer, xorAddress(ip, 9)));
    return error ?? 'granted';
  }

  async #ask(method, body) {
    return parse(await this.#exchange(request(method, Buffer.concat([this.#credentials, body]), this.key)));
  }

  async #exchange(message) {
    return new Promise((done, failed) => {
      const send = () => this.#socket.send(message, this.port, this.host);
      const again = setInterval(send, 250);
      const limit = setTimeout(() => finish(failed, new Error('the TURN server does not answer')), 5000);
      const onMessage = (answer) => {
        if (answer.subarray(8, 20).equals(message.subarray(8, 20))) finish(done, answer);
      };
      const finish = (how, value) => {
        clearInterval(again);
        clearTimeout(limit);
        this.#socket.off('message', onMessage);
        how(value);
      };
      this.#socket.on('message', onMessage);
      send();
    });
  }

  close() {
    this.#socket.close();
  }
}
