// A WebSocket client that keeps what it receives until a test asks for it.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import { assertShape, assertShapes, difference } from './shapes.mjs';

/// Longer than a busy machine needs for anything.
const patience = 20_000;
const streamMessages = new Set(['offer', 'answer', 'ice', 'renegotiate', 'abort', 'close']);

export class Client {
  /// Every `ice` message; they come whenever they like and stand in no test's way.
  ice = [];
  #routes = new Map();
  #rest = () => false;
  #socket;
  #queue = [];
  #waiting = [];
  #pongs = [];
  #closed;

  static async connect(server, { id = randomBytes(16).toString('hex'), handshake = true, headers } = {}) {
    const client = new Client();
    client.id = id;
    client.#socket = new WebSocket(server.webSocket, {
      headers,
      rejectUnauthorized: false,
      perMessageDeflate: false,
      maxPayload: 16 * 1024 * 1024,
    });
    client.#listen();
    await new Promise((done, failed) => {
      client.#socket.once('open', done);
      client.#socket.once('error', failed);
    });
    if (handshake) {
      client.send({ type: 'handshake', version: ['2'], id });
      await client.expect({ type: 'handshake', version: ['2'] });
    }
    return client;
  }

  #listen() {
    this.#closed = new Promise((done) => {
      this.#socket.on('close', (code, reason) => {
        this.isClosed = true;
        done({ code, reason: reason.toString() });
        for (const wake of this.#waiting.splice(0)) wake();
      });
    });
    this.#socket.on('error', () => {});
    this.#socket.on('message', (data, isBinary) => {
      assert.equal(isBinary, false, 'the server sends text messages');
      const message = JSON.parse(data.toString());
      if (message.type === 'pong' && this.#pongs.length > 0) {
        this.#pongs.shift()();
      } else if (message.type !== 'ping') {
        this.#dispatch(message);
      }
    });
  }

  #dispatch(message) {
    if (message.type === 'ice') this.ice.push(message);
    const handle = this.#routes.get(message.id) ?? this.#rest;
    const isTaken = streamMessages.has(message.type) && handle(message);
    if (isTaken || message.type === 'ice') return;
    this.#queue.push(message);
    this.#waiting.shift()?.();
  }

  /// Stream messages with this id go to `handle`, which says whether it wants them; the rest are for the test to read.
  route(id, handle) {
    this.#routes.set(id, handle);
  }

  /// Stream messages with no route of their own.
  routeRest(handle) {
    this.#rest = handle;
  }

  /// The raw socket, for what no well-behaved client does.
  get socket() {
    return this.#socket;
  }

  send(message) {
    this.#socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  /// The next message, whatever it is.
  async next(seconds = patience / 1000) {
    const end = Date.now() + seconds * 1000;
    while (this.#queue.length === 0) {
      assert.ok(!this.isClosed, 'the connection is closed, no message can come');
      assert.ok(Date.now() < end, `no message within ${seconds} s`);
      let wake;
      const woken = new Promise((done) => {
        wake = done;
        this.#waiting.push(wake);
      });
      await Promise.race([woken, delay(end - Date.now(), undefined, { ref: false })]);
      this.#waiting = this.#waiting.filter((other) => other !== wake);
    }
    return this.#queue.shift();
  }

  /// The next message must have this shape.
  async expect(shape, seconds) {
    return assertShape(await this.next(seconds), shape);
  }

  /// The first message that has this shape; what comes before it is passed over.
  async find(shape, seconds = patience / 1000) {
    const end = Date.now() + seconds * 1000;
    const passed = [];
    for (;;) {
      let message;
      try {
        message = await this.next(Math.max(0, (end - Date.now()) / 1000));
      } catch (error) {
        error.message += `; passed over: ${JSON.stringify(passed)}`;
        throw error;
      }
      if (difference(message, shape) === undefined) return message;
      passed.push(message);
    }
  }

  /// Returns when the server has dealt with everything sent so far and its replies have come.
  async sync() {
    const answered = new Promise((done) => {
      this.#pongs.push(() => done(true));
    });
    this.send({ type: 'ping' });
    const closed = this.#closed.then(({ code, reason }) => `closed with ${code} "${reason}"`);
    const late = delay(patience, 'no pong', { ref: false });
    const outcome = await Promise.race([answered, closed, late]);
    assert.equal(outcome, true, `${outcome}; received at last: ${JSON.stringify(this.#queue.slice(-5))}`);
  }

  /// Everything that has come, after a `sync`.
  async drain() {
    await this.sync();
    return this.#queue.splice(0);
  }

  /// Nothing but these has come, in this order.
  async expectAll(...shapes) {
    assertShapes(await this.drain(), shapes);
  }

  expectNothing() {
    return this.expectAll();
  }

  /// The code and the reason with which the server ended the connection.
  async closed(seconds = patience / 1000) {
    const how = await Promise.race([this.#closed, delay(seconds * 1000, undefined, { ref: false })]);
    assert.ok(how, `the connection is still open after ${seconds} s`);
    return how;
  }

  /// Everything received before the end.
  received() {
    return this.#queue.splice(0);
  }

  /// Joins and reads what comes with that; `arrival` holds it.
  async join(group, username, { password = username, token, data } = {}) {
    this.username = username;
    this.send({ type: 'join', kind: 'join', group, username, password, token, data });
    const arrival = await this.drain();
    assert.equal(arrival[0]?.kind, 'join', `could not join: ${JSON.stringify(arrival)}`);
    this.arrival = arrival;
    this.permissions = arrival[0].permissions ?? [];
    return arrival;
  }

  close(code, reason) {
    this.#socket.close(code, reason);
  }

  terminate() {
    this.#socket.terminate();
  }

  // Shapes of what the server says to this client.

  /// An error that leaves the connection open.
  error(value = (text) => typeof text === 'string' && text.length > 0) {
    return { type: 'usermessage', kind: 'error', dest: this.id, privileged: true, value };
  }

  warning(value = (text) => typeof text === 'string' && text.length > 0) {
    return { type: 'usermessage', kind: 'warning', dest: this.id, privileged: true, value };
  }
}

/// Waits until all of them have received what the server had for them.
export async function settle(...clients) {
  for (const client of clients) await client.sync();
}
