// The stream messages: publishing, requesting, pushing, renegotiating, refusing, ending.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { closePeers, endWithoutLibrary, Publisher, Receiver, sections, streamId } from './peer.mjs';
import { people, startServer } from './server.mjs';
import { anything, assertShape, optional, setOf, text } from './shapes.mjs';

let server;
before(async () => {
  server = await startServer({ workers: 1 });
});
afterEach(closePeers);
after(async () => {
  await server.stop();
  endWithoutLibrary();
});

async function pair(first = 'present', second = 'present') {
  const group = server.group();
  const members = [await server.join(group, first), await server.join(group, second)];
  await members[0].drain();
  return [...members, group];
}

const badDescriptions = [
  ['nothing', ''],
  ['garbage', 'garbage'],
  ['a version alone', 'v=0\r\n'],
  ['a megabyte of a line', `v=0\r\no=${'x'.repeat(900_000)}\r\n`],
  ['a section of another kind', 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n'],
  ['no ICE and no fingerprint', 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:111 opus/48000/2\r\n'],
  ['a NUL', 'v=0\r\no=- 1 1 IN IP4 \u0000\r\n'],
];
for (const [what, sdp] of badDescriptions) {
  test(`an offer with ${what} is aborted with an error, and nobody else learns of it`, async () => {
    const [publisher, other] = await pair();
    await Receiver.request(other);
    publisher.send({ type: 'offer', id: 'a', label: 'camera', sdp });
    await publisher.expectAll({ type: 'abort', id: 'a' }, publisher.error());
    publisher.send({ type: 'close', id: 'a' });
    await publisher.expectNothing();
  });
}

for (const role of ['message', 'observe', 'caption']) {
  test(`an offer of ${role} is aborted as not authorised`, async () => {
    const group = server.group();
    const client = await server.join(group, role);
    client.send({ type: 'offer', id: 'a', sdp: 'v=0\r\n' });
    await client.expectAll({ type: 'abort', id: 'a' }, client.error());
  });
}

test('an offer outside any group is aborted as not authorised', async () => {
  const client = await server.connect();
  client.send({ type: 'offer', id: 'a', sdp: 'v=0\r\n' });
  await client.expectAll({ type: 'abort', id: 'a' }, client.error());
});

// Messages about streams that nobody knows.
const unknown = [
  ['close', { type: 'close', id: 'x' }, []],
  ['abort', { type: 'abort', id: 'x' }, [{ type: 'close', id: 'x' }]],
  ['answer', { type: 'answer', id: 'x', sdp: 'v=0\r\n' }, [{ type: 'close', id: 'x' }]],
  ['renegotiate', { type: 'renegotiate', id: 'x' }, []],
  ['ice', { type: 'ice', id: 'x', candidate: { candidate: 'candidate:1 1 udp 1 10.0.0.1 9 typ host', sdpMid: '0' } }, []],
  ['requestStream', { type: 'requestStream', id: 'x', request: ['audio'] }, []],
];
for (const [what, message, replies] of unknown) {
  test(`${what} for an unknown stream is answered by ${replies.length ? 'close' : 'nothing'}`, async () => {
    const [client, other] = await pair();
    client.send(message);
    await client.expectAll(...replies);
    await other.expectNothing();
  });
}

test('request and requestStream outside a group do no harm', async () => {
  const client = await server.connect();
  client.send({ type: 'request', request: { '': ['audio'] } });
  client.send({ type: 'requestStream', id: 'x', request: ['audio'] });
  await client.sync();
});

for (const request of ['x', 7, ['audio'], { '': 'audio' }, { '': [7] }, { '': { audio: true } }]) {
  test(`a request of ${JSON.stringify(request)} is refused without harm`, async () => {
    const [client, other] = await pair();
    client.send({ type: 'request', request });
    await client.sync().catch(() => {});
    if (client.isClosed) assert.equal((await client.closed()).code, 1011);
    await other.sync();
  });
}

test('unknown words in a request are passed over', async () => {
  const [publisher, other] = await pair();
  const receiver = await Receiver.request(other, { '': ['smell', 'audio', 'video'] });
  const up = await Publisher.start(publisher);
  assert.equal(sections((await receiver.stream(up.id)).offers[0].sdp).media.length, 2);
});

test('the answer receives only, is bundled, and keeps the offer\'s payload types', async () => {
  const [publisher] = await pair();
  const up = await Publisher.start(publisher, { label: 'camera' });
  assertShape(up.answer, { type: 'answer', id: up.id, sdp: text });
  const { session, media, ufrag } = sections(up.answer.sdp);
  const offered = sections(up.connection.localDescription.sdp).media;
  assert.deepEqual(media.map(({ kind }) => kind), ['audio', 'video']);
  assert.match(session, /^a=group:BUNDLE \S+ \S+\r?$/m);
  assert.match(up.answer.sdp, /a=fingerprint:sha-256 /);
  assert.ok(ufrag);
  for (const [index, section] of media.entries()) {
    assert.equal(section.direction, 'recvonly');
    assert.ok(section.has('rtcp-mux'));
    for (const payload of section.payloads) assert.ok(offered[index].payloads.includes(payload));
  }
  const codecs = media.map((section) => section.attributes('rtpmap').map((line) => line.split(' ')[1]));
  assert.deepEqual(codecs, [['opus/48000/2'], ['VP8/90000']]);
});

test('candidates of the server come after the answer and name the first section', async () => {
  const [publisher] = await pair();
  const up = await Publisher.start(publisher);
  await up.connected();
  const embedded = up.answer.sdp.includes('a=candidate:');
  assert.ok(embedded || publisher.ice.length > 0);
  for (const message of publisher.ice) {
    assertShape(message, {
      type: 'ice',
      id: up.id,
      candidate: { candidate: /^candidate:/, sdpMid: text, sdpMLineIndex: 0, usernameFragment: null },
    });
  }
});

const harmlessCandidates = [
  ['end of candidates', { candidate: '', sdpMid: '0', sdpMLineIndex: 0 }],
  ['garbage', { candidate: 'garbage', sdpMid: '0' }],
  ['no section', { candidate: 'candidate:1 1 udp 1 10.0.0.1 9 typ host' }],
  ['a name instead of an address', { candidate: 'candidate:1 1 udp 1 x.local 9 typ host', sdpMid: '0' }],
  ['a section that is not there', { candidate: 'candidate:1 1 udp 1 10.0.0.1 9 typ host', sdpMid: 'q', sdpMLineIndex: 99 }],
  ['more than it knows', { candidate: '', extra: { a: 1 }, usernameFragment: 'abcd' }],
];
for (const [what, candidate] of harmlessCandidates) {
  test(`a candidate with ${what} is accepted silently`, async () => {
    const [publisher] = await pair();
    const up = await Publisher.start(publisher);
    publisher.send({ type: 'ice', id: up.id, candidate });
    await publisher.expectNothing();
    await up.connected();
  });
}

test('candidates that come before the offer do no harm', async () => {
  const [publisher] = await pair();
  const id = streamId();
  publisher.send({ type: 'ice', id, candidate: { candidate: 'candidate:1 1 udp 1 10.0.0.1 9 typ host', sdpMid: '0' } });
  await publisher.expectNothing();
  await (await Publisher.start(publisher, { id })).connected();
});

test('a stream is offered under the publisher\'s id, with label, source and name', async () => {
  const [publisher, other] = await pair();
  const receiver = await Receiver.request(other);
  const up = await Publisher.start(publisher, { label: 'camera' });
  const down = await receiver.stream(up.id);
  assertShape(down.offers[0], {
    type: 'offer',
    id: up.id,
    label: 'camera',
    source: publisher.id,
    username: 'present',
    sdp: text,
  });
  const { media } = sections(down.offers[0].sdp);
  assert.deepEqual(media.map(({ kind }) => kind).sort(), ['audio', 'video']);
  const expected = { audio: [111, 'opus/48000/2', []], video: [96, 'VP8/90000', ['ccm fir', 'goog-remb', 'nack', 'nack pli']] };
  for (const section of media) {
    const [payload, codec, feedback] = expected[section.kind];
    assert.equal(section.direction, 'sendonly');
    assert.deepEqual(section.payloads, [payload]);
    assert.deepEqual(section.attributes('rtpmap'), [`${payload} ${codec}`]);
    assert.deepEqual(
      section.attributes('rtcp-fb').map((line) => line.replace(/^\S+ /, '').trim()).sort(),
      feedback,
    );
  }
  const streams = media.map((section) => section.attributes('msid')[0]?.split(' ')[0]);
  assert.ok(streams[0] && streams[0] === streams[1], 'audio and video share the media stream');
  assert.equal(streams[0], up.stream.id);
});

test('the publisher never receives its own stream', async () => {
  const [publisher, other] = await pair();
  const own = await Receiver.request(publisher);
  const receiver = await Receiver.request(other);
  const up = await Publisher.start(publisher);
  await receiver.stream(up.id);
  await own.notOffered();
});

test('nothing is offered before a request', async () => {
  const [publisher, other] = await pair();
  const receiver = new Receiver(other);
  const up = await Publisher.start(publisher);
  await up.connected();
  await receiver.notOffered();
  receiver.request({ '': ['audio', 'video'] });
  await receiver.stream(up.id);
});

// Which kinds are offered, by label, under a request.
const requests = [
  [{ '': ['audio', 'video'] }, 'camera', ['audio', 'video']],
  [{ '': ['audio'] }, 'camera', ['audio']],
  [{ '': ['video'] }, 'camera', ['video']],
  [{ '': ['video-low'] }, 'camera', ['video']],
  [{ '': ['audio', 'video-low', 'video'] }, 'camera', ['audio', 'video']],
  [{ camera: ['video'], '': ['audio'] }, 'camera', ['video']],
  [{ camera: ['video'], '': ['audio'] }, 'screenshare', ['audio']],
  [{ camera: ['video'], '': ['audio'] }, undefined, ['audio']],
  [{ camera: [], '': ['audio'] }, 'camera', []],
  [{ camera: null, '': ['audio'] }, 'camera', []],
  [{ screenshare: ['video'] }, 'camera', []],
  [{ '': [] }, 'camera', []],
  [{}, 'camera', []],
  [null, 'camera', []],
];
for (const [request, label, kinds] of requests) {
  test(`${JSON.stringify(request)} gives [${kinds}] of a stream labelled ${label}`, async () => {
    const [publisher, other] = await pair();
    const receiver = await Receiver.request(other, request);
    const up = await Publisher.start(publisher, { label });
    if (kinds.length === 0) {
      await up.connected();
      await receiver.notOffered();
    } else {
      const { offers } = await receiver.stream(up.id);
      assert.ok(setOf(...kinds)(sections(offers[0].sdp).media.map(({ kind }) => kind)));
    }
  });
}

// The kinds of the sections that are in use.
const active = (offer) =>
  sections(offer.sdp)
    .media.filter(({ direction, port }) => direction === 'sendonly' && port !== 0)
    .map(({ kind }) => kind)
    .sort();

async function established(label = 'camera') {
  const [publisher, other, group] = await pair();
  const receiver = await Receiver.request(other);
  const up = await Publisher.start(publisher, { label });
  const down = await receiver.stream(up.id);
  await down.plays();
  return { publisher, other, group, receiver, up, down };
}

test('a new request changes the tracks of a stream by renegotiation', async () => {
  const { receiver, up, down } = await established();
  receiver.request({ '': ['audio'] });
  await receiver.stream(up.id, { offers: 2 });
  assert.deepEqual(active(down.offers[1]), ['audio']);
  receiver.request({ '': ['audio', 'video'] });
  await receiver.stream(up.id, { offers: 3 });
  assert.deepEqual(active(down.offers[2]), ['audio', 'video']);
  await down.plays();
  receiver.request({ '': [] });
  await receiver.gone(up.id);
  receiver.request({ '': ['audio', 'video'] });
  await receiver.stream(up.id, { offers: 4 });
  await receiver.streams.get(up.id).plays();
});

test('the same request again changes nothing, nor does video-low where there is one encoding', async () => {
  const { receiver, down } = await established();
  for (const what of [['audio', 'video'], ['audio', 'video-low'], ['video', 'audio']]) receiver.request({ '': what });
  await receiver.notOffered(undefined, receiver.log.length);
  await down.plays();
});

test('requestStream overrides the request, which null restores', async () => {
  const { other, receiver, up, down } = await established();
  other.send({ type: 'requestStream', id: up.id, request: ['audio'] });
  await receiver.stream(up.id, { offers: 2 });
  assert.deepEqual(active(down.offers[1]), ['audio']);
  receiver.request({ '': ['video'] });
  await receiver.notOffered(up.id, receiver.log.length);
  other.send({ type: 'requestStream', id: up.id, request: null });
  await receiver.stream(up.id, { offers: 3 });
  assert.deepEqual(active(down.offers[2]), ['video']);
});

test('requestStream for nothing closes the stream, and the override goes with it', async () => {
  const { other, receiver, up } = await established();
  other.send({ type: 'requestStream', id: up.id, request: [] });
  await receiver.gone(up.id);
  receiver.request({ '': ['audio', 'video'] });
  await receiver.stream(up.id, { offers: 2 });
});

test('close of the publisher closes it for the others, and for nobody twice', async () => {
  const { publisher, other, receiver, up } = await established();
  up.close();
  await receiver.gone(up.id);
  await publisher.expectNothing();
  await other.expectNothing();
  assert.deepEqual(receiver.log.filter(([type]) => type === 'close'), [['close', up.id]]);
});

test('nobody closes a stream of somebody else', async () => {
  const { other, up, down, receiver } = await established();
  const third = await server.connect();
  third.send({ type: 'close', id: up.id });
  other.send({ type: 'close', id: up.id });
  await other.sync();
  assert.deepEqual(receiver.log, [['offer', up.id]]);
  await down.plays();
});

for (const [what, leave] of [
  ['leaves', (client, group) => client.send({ type: 'join', kind: 'leave', group })],
  ['closes its connection', (client) => client.close(1000)],
  ['vanishes', (client) => client.terminate()],
]) {
  test(`when the publisher ${what}, close comes before user/delete`, async () => {
    const { publisher, other, group, receiver, up } = await established();
    const order = [];
    other.socket.on('message', (data) => {
      const { type, kind } = JSON.parse(data);
      if (type === 'close' || type === 'user') order.push(`${type} ${kind ?? ''}`.trim());
    });
    leave(publisher, group);
    await other.find({ type: 'user', kind: 'delete', id: publisher.id, username: 'present' });
    await receiver.gone(up.id);
    assert.deepEqual(order, ['close', 'user delete']);
  });
}

test('who loses present is told, aborted, and closed for the others', async () => {
  const { publisher, group, receiver, up } = await established();
  const op = await server.join(group, 'op');
  await publisher.drain();
  op.send({ type: 'useraction', kind: 'unpresent', dest: publisher.id });
  await op.sync();
  await publisher.expectAll(
    {
      type: 'joined', kind: 'change', group, username: 'present', permissions: ['message'], status: anything, rtcConfiguration: anything,
    },
    { type: 'abort', id: up.id },
    publisher.error(),
    { type: 'user', kind: 'change', id: publisher.id, username: 'present', permissions: ['message'] },
  );
  await receiver.gone(up.id);
  publisher.send({ type: 'close', id: up.id });
  await publisher.expectNothing();
});

test('a forbidden offer that replaces an own stream ends that stream', async () => {
  const { publisher, group, receiver, up } = await established();
  const op = await server.join(group, 'op');
  await publisher.drain();
  op.send({ type: 'useraction', kind: 'unpresent', dest: publisher.id });
  await receiver.gone(up.id);
  await publisher.drain();
  publisher.send({ type: 'offer', id: 'new', replace: up.id, sdp: up.connection.localDescription.sdp });
  await publisher.expectAll({ type: 'abort', id: 'new' }, publisher.error());
});

test('abort by the receiver is answered by close, and the next request offers again', async () => {
  const { other, receiver, up } = await established();
  other.send({ type: 'abort', id: up.id });
  await receiver.gone(up.id);
  receiver.request({ '': ['audio', 'video'] });
  await receiver.stream(up.id, { offers: 2 });
  await receiver.streams.get(up.id).plays();
});

test('an answer that cannot be applied gives close and an error', async () => {
  const [publisher, other] = await pair();
  const receiver = await Receiver.request(other);
  receiver.isAnswering = false;
  const up = await Publisher.start(publisher);
  await receiver.stream(up.id);
  other.send({ type: 'answer', id: up.id, sdp: 'garbage' });
  await receiver.gone(up.id);
  await other.expectAll(other.error());
});

test('renegotiate by the receiver gives an offer with fresh ICE credentials, and media goes on', async () => {
  const { other, receiver, up, down } = await established();
  other.send({ type: 'renegotiate', id: up.id });
  await receiver.stream(up.id, { offers: 2 });
  assert.notEqual(sections(down.offers[0].sdp).ufrag, sections(down.offers[1].sdp).ufrag);
  await down.plays();
});

test('at most one offer is out unanswered, and what piled up makes one more', async () => {
  const [publisher, other] = await pair();
  const receiver = await Receiver.request(other);
  receiver.isAnswering = false;
  const up = await Publisher.start(publisher);
  const down = await receiver.stream(up.id);
  receiver.request({ '': ['audio'] });
  other.send({ type: 'renegotiate', id: up.id });
  await receiver.notOffered(up.id, 1);
  receiver.isAnswering = true;
  await down.accept(down.offers[0]);
  await receiver.stream(up.id, { offers: 2 });
  assert.deepEqual(active(down.offers[1]), ['audio']);
  assert.notEqual(sections(down.offers[0].sdp).ufrag, sections(down.offers[1].sdp).ufrag);
  await receiver.notOffered(up.id, 2);
});

test('a renegotiating offer is answered, and its label is ignored', async () => {
  const { receiver, up, down } = await established();
  up.label = 'changed';
  await up.offer({ iceRestart: true });
  assert.equal(up.answers, 2);
  await down.plays();
  await receiver.notOffered(up.id, receiver.log.length);
});

test('a track that the publisher adds is offered to the others', async () => {
  const [publisher, other] = await pair();
  const receiver = await Receiver.request(other);
  const up = await Publisher.start(publisher, { video: false });
  const down = await receiver.stream(up.id);
  await down.plays({ video: false });
  up.addCamera();
  await up.offer();
  await receiver.stream(up.id, { offers: 2 });
  assert.deepEqual(active(down.offers[1]), ['audio', 'video']);
  await down.plays();
});

test('replace gives the new stream with replace, and no close for the old one', async () => {
  const { publisher, receiver, up } = await established();
  const next = await Publisher.start(publisher, { label: 'camera', replace: up.id });
  up.end();
  const down = await receiver.stream(next.id);
  assert.equal(down.offers[0].replace, up.id);
  assert.deepEqual(receiver.log, [['offer', up.id], ['offer', next.id]]);
  await down.plays();
});

test('replace of a stream that is not one\'s own has no effect on it', async () => {
  const { other, group, up, down } = await established();
  const thief = await server.join(group, 'present');
  const third = await Receiver.request(other);
  third.streams = new Map([[up.id, down]]);
  const next = await Publisher.start(thief, { label: 'camera', replace: up.id });
  const fake = await third.stream(next.id);
  assert.equal(fake.offers[0].replace, undefined);
  await down.plays();
});

test('a publisher who takes an id that a receiver publishes under does not disturb it', async () => {
  const [publisher, other] = await pair();
  await Receiver.request(other);
  const id = streamId();
  const own = await Publisher.start(other, { id });
  const theirs = await Publisher.start(publisher, { id });
  await theirs.connected();
  await other.sync();
  assert.equal(own.isAborted, false);
  await own.connected();
});

test('an offer under the id of a down stream is aborted', async () => {
  const { other, up } = await established();
  other.send({ type: 'offer', id: up.id, sdp: up.connection.localDescription.sdp });
  await other.expectAll({ type: 'abort', id: up.id }, other.error());
});

test('who leaves and returns must request anew', async () => {
  const { other, group, receiver, up } = await established();
  other.send({ type: 'join', kind: 'leave', group });
  await other.find({ type: 'joined', kind: 'leave', group, username: 'present', status: optional(anything), data: optional(anything), rtcConfiguration: anything });
  receiver.streams.delete(up.id);
  const since = receiver.log.length;
  await other.join(group, 'present');
  await receiver.notOffered(up.id, since);
  receiver.request({ '': ['audio', 'video'] });
  await receiver.stream(up.id);
});

const codecGroups = [
  [['vp9', 'opus'], ['opus/48000/2'], ['VP9/90000']],
  [['vp8', 'pcmu'], ['PCMU/8000'], ['VP8/90000']],
  [['g722'], ['G722/8000'], []],
];
for (const [codecs, audio, video] of codecGroups) {
  test(`a group of codecs ${codecs} negotiates those`, async () => {
    const group = server.group({ ...people, codecs });
    const publisher = await server.join(group, 'present');
    const receiver = await Receiver.request(await server.join(group, 'present'));
    const up = await Publisher.start(publisher, { video: video.length > 0 });
    const { media } = sections(up.answer.sdp);
    const names = (kind) =>
      new Set(
        media
          .filter((section) => section.kind === kind)
          .flatMap((section) => section.attributes('rtpmap').map((line) => line.split(' ')[1].replace(/\/1$/, ''))),
      );
    assert.deepEqual([...names('audio')], audio);
    assert.deepEqual([...names('video')], video);
    await (await receiver.stream(up.id)).plays({ video: video.length > 0 });
  });
}
