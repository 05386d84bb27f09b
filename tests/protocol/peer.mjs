// Publishers and receivers of real media: libwebrtc without a browser.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import wrtc from '@roamhq/wrtc';
import { eventually } from './server.mjs';

const { RTCPeerConnection, MediaStream, nonstandard } = wrtc;
const { RTCVideoSource, RTCVideoSink, RTCAudioSource, RTCAudioSink } = nonstandard;

const frameInterval = 50;
const sampleRate = 48_000;
const samplesPerChunk = sampleRate / 100;
const open = new Set();

// The library crashes now and then when one of its objects is collected while its threads still use it: none is.
const kept = [];
function keep(object) {
  kept.push(object);
  return object;
}

export const streamId = () => randomBytes(16).toString('hex');

// The library crashes when Node tears down what is left of it at a natural end; the process then ends without that. Added
// late, so that it is the last of the handlers.
process.once('beforeExit', () => process.on('exit', (code) => process.reallyExit(process.exitCode ?? code)));

/// Ends every peer that a test has left, so that the process can end.
export function closePeers() {
  for (const peer of open) peer.end();
}

/// For the last hook of a file: the library sometimes keeps a handle of a peer that is closed, and the process would never
/// end. By the time this ends it all tests have reported.
export function endWithoutLibrary() {
  setTimeout(() => process.reallyExit(process.exitCode ?? 0), 3000).unref();
}

/// A moving grey ramp.
class Camera {
  #source = keep(new RTCVideoSource());
  #timer;
  #count = 0;

  constructor(width, height) {
    this.track = keep(this.#source.createTrack());
    const data = new Uint8ClampedArray((width * height * 3) / 2).fill(128);
    this.#timer = setInterval(() => {
      this.#count += 1;
      for (let row = 0; row < height; row += 1) {
        data.fill((row * 3 + this.#count * 5) & 255, row * width, (row + 1) * width);
      }
      this.#source.onFrame({ width, height, data });
    }, frameInterval);
  }

  stop() {
    clearInterval(this.#timer);
    this.track.stop();
  }
}

/// A tone of 440 Hz.
class Microphone {
  #source = keep(new RTCAudioSource());
  #timer;
  #phase = 0;

  constructor() {
    this.track = keep(this.#source.createTrack());
    let due = Date.now();
    this.#timer = setInterval(() => {
      for (; due <= Date.now(); due += 10) this.#source.onData(this.#chunk());
    }, 10);
  }

  #chunk() {
    const samples = new Int16Array(samplesPerChunk);
    for (let index = 0; index < samplesPerChunk; index += 1) {
      this.#phase += (2 * Math.PI * 440) / sampleRate;
      samples[index] = 10_000 * Math.sin(this.#phase);
    }
    return { samples, sampleRate, bitsPerSample: 16, channelCount: 1, numberOfFrames: samplesPerChunk };
  }

  stop() {
    clearInterval(this.#timer);
    this.track.stop();
  }
}

const candidateMessage = (id, { candidate, sdpMid, sdpMLineIndex }) => ({
  type: 'ice',
  id,
  candidate: { candidate, sdpMid, sdpMLineIndex, usernameFragment: null },
});

/// An up stream: one peer connection that sends.
export class Publisher {
  #sources = [];
  #ended = false;
  #turn = Promise.resolve();

  constructor(client, { id = streamId(), label, replace, configuration } = {}) {
    this.client = client;
    this.id = id;
    this.label = label;
    this.replace = replace;
    this.connection = keep(new RTCPeerConnection(configuration));
    this.stream = keep(new MediaStream());
    this.answers = 0;
    this.isAborted = false;
    this.renegotiations = 0;
    open.add(this);
    this.connection.onicecandidate = ({ candidate }) => {
      if (candidate && !this.#ended) client.send(candidateMessage(id, candidate));
    };
    client.route(id, (message) => this.#handle(message));
  }

  /// Publishes and returns when the server has answered.
  static async start(client, { audio = true, video = true, encodings, width = 320, height = 240, ...options } = {}) {
    const publisher = new Publisher(client, options);
    if (audio) publisher.addMicrophone();
    if (video) publisher.addCamera({ encodings, width, height });
    await publisher.offer();
    return publisher;
  }

  addCamera({ encodings, width = 320, height = 240 } = {}) {
    const camera = new Camera(width, height);
    this.#sources.push(camera);
    this.#addTransceiver(camera.track, encodings ? { sendEncodings: encodings } : {});
  }

  addMicrophone() {
    const microphone = new Microphone();
    this.#sources.push(microphone);
    this.#addTransceiver(microphone.track);
  }

  #addTransceiver(track, options = {}) {
    const init = { direction: 'sendonly', streams: [this.stream], ...options };
    const transceiver = keep(this.connection.addTransceiver(track, init));
    keep([transceiver.sender, transceiver.receiver]);
  }

  /// One offer at a time, as with a browser's negotiationneeded event: the next one waits for the answer.
  offer(options) {
    const turn = this.#turn.then(() => this.#offer(options));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #offer({ iceRestart = false } = {}) {
    if (this.#ended) return;
    const kind = this.answers > 0 ? 'renegotiate' : '';
    const due = this.answers + 1;
    const description = await this.connection.createOffer({ iceRestart });
    await this.connection.setLocalDescription(description);
    this.client.send({
      type: 'offer',
      kind,
      id: this.id,
      label: this.label,
      replace: kind ? undefined : this.replace,
      source: this.client.id,
      username: this.client.username,
      sdp: this.connection.localDescription.sdp,
    });
    await eventually(
      () => this.answers >= due || this.isAborted || this.failure || this.#ended,
      'an answer to the offer',
      10,
    );
    assert.equal(this.isAborted, false, 'the server aborted the stream');
    if (this.failure) throw this.failure;
  }

  #handle(message) {
    switch (message.type) {
      case 'answer':
        this.answer = message;
        this.#accept(message.sdp);
        return true;
      case 'ice':
        if (!this.#ended) this.connection.addIceCandidate(message.candidate).catch(() => {});
        return true;
      case 'renegotiate':
        this.renegotiations += 1;
        if (!this.#ended) {
          this.offer({ iceRestart: true }).catch((error) => {
            this.failure = error;
          });
        }
        return true;
      case 'abort':
        this.isAborted = true;
        return false;
      default:
        return false;
    }
  }

  async #accept(sdp) {
    try {
      await this.connection.setRemoteDescription({ type: 'answer', sdp });
    } catch (error) {
      this.failure = error;
    }
    this.answers += 1;
  }

  connected(seconds = 10) {
    return eventually(
      () => this.connection.connectionState === 'connected',
      'the publisher\'s connection is up',
      seconds,
    );
  }

  /// Ends the stream as a client does.
  close() {
    this.client.send({ type: 'close', id: this.id });
    this.end();
  }

  end() {
    this.#ended = true;
    open.delete(this);
    this.#sources.forEach((source) => source.stop());
    this.connection.close();
  }
}

/// A down stream: one peer connection that receives.
class Received {
  frames = 0;
  lastFrame;
  loudness = 0;
  tracks = [];
  #connection;
  #sinks = [];

  constructor(client, id, configuration) {
    this.client = client;
    this.id = id;
    this.configuration = configuration;
    this.offers = [];
  }

  get connection() {
    return this.#connection;
  }

  async accept(offer) {
    if (!this.#connection) this.#connect();
    await this.#connection.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
    await this.#connection.setLocalDescription(await this.#connection.createAnswer());
    this.client.send({ type: 'answer', id: this.id, sdp: this.#connection.localDescription.sdp });
  }

  #connect() {
    this.#connection = keep(new RTCPeerConnection(this.configuration));
    this.#connection.onicecandidate = ({ candidate }) => {
      if (candidate) this.client.send(candidateMessage(this.id, candidate));
    };
    this.#connection.ontrack = ({ track, streams, receiver, transceiver }) => {
      keep([streams, receiver, transceiver]);
      this.tracks.push({ kind: track.kind, id: track.id, streams: streams.map(({ id }) => id) });
      if (track.kind === 'video') {
        const sink = keep(new RTCVideoSink(keep(track)));
        sink.onframe = ({ frame }) => {
          this.frames += 1;
          this.lastFrame = { width: frame.width, height: frame.height, spread: spread(frame) };
        };
        this.#sinks.push(sink);
      } else {
        const sink = keep(new RTCAudioSink(keep(track)));
        sink.ondata = ({ samples }) => {
          let sum = 0;
          for (const sample of samples) sum += sample * sample;
          this.loudness = Math.sqrt(sum / samples.length);
        };
        this.#sinks.push(sink);
      }
    };
  }

  candidate(candidate) {
    return this.#connection?.addIceCandidate(candidate).catch(() => {});
  }

  /// `count` more frames have been decoded, and the picture is not of one colour.
  async plays({ video = true, audio = true, count = 10, seconds = 10 } = {}) {
    if (video) {
      const before = this.frames;
      await eventually(() => this.frames >= before + count, `${count} more frames are decoded`, seconds);
      assert.ok(this.lastFrame.spread > 20, 'the picture shows something');
    }
    if (audio) {
      this.loudness = 0;
      await eventually(() => this.loudness > 1000, 'the tone is heard', seconds);
    }
  }

  disconnect() {
    this.#sinks.splice(0).forEach((sink) => sink.stop());
    this.#connection?.close();
    this.#connection = undefined;
  }
}

function spread({ width, height, data }) {
  let least = 255;
  let most = 0;
  for (let index = 0; index < width * height; index += 97) {
    least = Math.min(least, data[index]);
    most = Math.max(most, data[index]);
  }
  return most - least;
}

/// Everything that a client receives. It answers offers by itself unless told otherwise.
export class Receiver {
  streams = new Map();
  /// Every offer and close, in order, as [type, id].
  log = [];
  isAnswering = true;
  /// For the peer connections of streams that are offered from now on.
  configuration;
  failures = [];

  constructor(client) {
    this.client = client;
    open.add(this);
    client.routeRest((message) => this.#handle(message));
  }

  static async request(client, request = { '': ['audio', 'video'] }) {
    const receiver = new Receiver(client);
    receiver.request(request);
    await client.sync();
    return receiver;
  }

  request(request) {
    this.client.send({ type: 'request', request });
  }

  #handle(message) {
    const { type, id } = message;
    if (type === 'ice') {
      this.streams.get(id)?.candidate(message.candidate);
      return true;
    }
    if (type === 'offer') {
      this.log.push(['offer', id]);
      if (message.replace) this.#drop(message.replace);
      const stream = this.streams.get(id) ?? new Received(this.client, id, this.configuration);
      this.streams.set(id, stream);
      stream.offers.push(message);
      stream.isOpen = true;
      if (this.isAnswering) stream.accept(message).catch((error) => this.failures.push(error));
      return true;
    }
    if (type === 'close') {
      this.log.push(['close', id]);
      this.#drop(id);
      return true;
    }
    return false;
  }

  #drop(id) {
    const stream = this.streams.get(id);
    if (!stream) return;
    stream.isOpen = false;
    stream.disconnect();
  }

  /// The stream, once it has been offered `offers` times in all.
  async stream(id, { offers = 1, seconds = 5 } = {}) {
    await eventually(
      () => this.streams.get(id)?.isOpen && this.streams.get(id).offers.length >= offers,
      `offer ${offers} of the stream ${id}; so far: ${JSON.stringify(this.log)}`,
      seconds,
    );
    assert.deepEqual(this.failures, []);
    return this.streams.get(id);
  }

  /// Waits until the stream has been closed.
  gone(id, seconds = 5) {
    return eventually(
      () => this.streams.get(id)?.isOpen === false,
      `close of the stream ${id}; so far: ${JSON.stringify(this.log)}`,
      seconds,
    );
  }

  /// No offer of this stream comes within a time that is long against the announcement timer of 200 ms.
  async notOffered(id, since = 0) {
    await delay(700);
    await this.client.sync();
    assert.deepEqual(
      this.log.slice(since).filter(([type, which]) => type === 'offer' && (id === undefined || which === id)),
      [],
    );
  }

  end() {
    open.delete(this);
    for (const stream of this.streams.values()) stream.disconnect();
  }
}

/// What an SDP says, section by section.
export function sections(sdp) {
  const [session, ...media] = sdp.split(/\r\n(?=m=)/);
  return {
    session,
    media: media.map((lines) => {
      const attributes = (name) =>
        lines
          .split('\r\n')
          .filter((line) => line.startsWith(`a=${name}:`))
          .map((line) => line.slice(name.length + 3));
      const [, kind, port, protocol, payloads] = /^m=(\w+) (\d+) (\S+) (.*)/.exec(lines);
      return {
        kind,
        port: Number(port),
        protocol,
        payloads: payloads.trim().split(' ').map(Number),
        direction: /^a=(sendrecv|sendonly|recvonly|inactive)\r?$/m.exec(lines)?.[1],
        attributes,
        has: (line) => lines.split('\r\n').includes(`a=${line}`),
      };
    }),
    ufrag: /^a=ice-ufrag:(.*?)\r?$/m.exec(sdp)?.[1],
  };
}
