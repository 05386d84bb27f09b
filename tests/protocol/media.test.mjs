// Media through the server, on one worker and across two.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { closePeers, endWithoutLibrary, Publisher, Receiver } from './peer.mjs';
import { eventually, startServer } from './server.mjs';

const placements = [
  ['on one worker', { workers: 1 }],
  ['across two workers', { workers: 2, place: 'spread' }],
];

const servers = new Map();
before(async () => {
  for (const [where, options] of placements) servers.set(where, await startServer(options));
});
afterEach(closePeers);
after(async () => {
  for (const server of servers.values()) await server.stop();
  endWithoutLibrary();
});

for (const [where] of placements) {
  const members = async (...roles) => {
    const server = servers.get(where);
    const group = server.group();
    const clients = [];
    for (const role of roles) clients.push(await server.join(group, role));
    return [clients, group, server];
  };

  test(`two members see and hear each other ${where}`, async () => {
    const [[a, b]] = await members('present', 'present');
    const receivers = [await Receiver.request(a), await Receiver.request(b)];
    const ups = [await Publisher.start(a, { label: 'camera' }), await Publisher.start(b, { label: 'camera' })];
    const downs = [await receivers[0].stream(ups[1].id), await receivers[1].stream(ups[0].id)];
    await Promise.all(downs.map((down) => down.plays({ count: 40 })));
  });

  test(`three receivers each see and hear the publisher ${where}`, async () => {
    const [[publisher, ...others]] = await members('present', 'observe', 'observe', 'observe');
    const receivers = await Promise.all(others.map((client) => Receiver.request(client)));
    const up = await Publisher.start(publisher);
    await Promise.all(receivers.map(async (receiver) => (await receiver.stream(up.id)).plays()));
  });

  test(`who comes late gets a picture at once ${where}`, async () => {
    const [[publisher], group, server] = await members('present');
    const up = await Publisher.start(publisher);
    await up.connected();
    const receiver = await Receiver.request(await server.join(group, 'observe'));
    await (await receiver.stream(up.id)).plays({ seconds: 4 });
  });

  test(`replacing a stream shows the new one ${where}`, async () => {
    const [[publisher, other]] = await members('present', 'observe');
    const receiver = await Receiver.request(other);
    const up = await Publisher.start(publisher, { label: 'camera' });
    await (await receiver.stream(up.id)).plays();
    const next = await Publisher.start(publisher, { label: 'camera', replace: up.id, width: 160, height: 120 });
    up.end();
    const down = await receiver.stream(next.id);
    await down.plays();
    assert.equal(down.lastFrame.width, 160);
    assert.equal(receiver.streams.get(up.id).isOpen, false);
  });

  test(`an ICE restart of either side does not stop media ${where}`, async () => {
    const [[publisher, other]] = await members('present', 'observe');
    const receiver = await Receiver.request(other);
    const up = await Publisher.start(publisher);
    const down = await receiver.stream(up.id);
    await down.plays();
    await up.offer({ iceRestart: true });
    await down.plays();
    other.send({ type: 'renegotiate', id: up.id });
    await receiver.stream(up.id, { offers: 2 });
    await down.plays();
  });

  test(`video can be turned off and on again ${where}`, async () => {
    const [[publisher, other]] = await members('present', 'observe');
    const receiver = await Receiver.request(other);
    const up = await Publisher.start(publisher);
    const down = await receiver.stream(up.id);
    await down.plays();
    receiver.request({ '': ['audio'] });
    await receiver.stream(up.id, { offers: 2 });
    await down.plays({ video: false });
    receiver.request({ '': ['audio', 'video'] });
    await receiver.stream(up.id, { offers: 3 });
    await down.plays();
  });

  test(`a simulcast stream is seen large, and small by video-low ${where}`, async () => {
    const [[publisher, other]] = await members('present', 'observe');
    const receiver = await Receiver.request(other);
    const up = await Publisher.start(publisher, {
      width: 640,
      height: 480,
      encodings: [{ rid: 'h', maxBitrate: 700_000 }, { rid: 'l', scaleResolutionDownBy: 2, maxBitrate: 100_000 }],
    });
    assert.match(up.answer.sdp, /^a=simulcast:recv h;l\r?$/m);
    const down = await receiver.stream(up.id);
    const width = (pixels, seconds = 15) =>
      eventually(() => down.lastFrame?.width === pixels, `the picture is ${pixels} wide`, seconds);
    await width(640);
    receiver.request({ '': ['audio', 'video-low'] });
    await width(320);
    await down.plays();
    receiver.request({ '': ['audio', 'video'] });
    await width(640);
  });

  test(`many streams of one publisher are all seen ${where}`, async () => {
    const [[publisher, other]] = await members('present', 'observe');
    const receiver = await Receiver.request(other);
    const ups = [];
    for (let count = 0; count < 4; count += 1) {
      ups.push(await Publisher.start(publisher, { width: 160, height: 120, label: `camera${count}` }));
    }
    await Promise.all(ups.map(async (up) => (await receiver.stream(up.id)).plays()));
    ups[1].close();
    await receiver.gone(ups[1].id);
    await receiver.streams.get(ups[2].id).plays();
  });
}
