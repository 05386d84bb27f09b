// How much a first visit loads, and how smoothly a large call runs.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { client, openGroup, setStage } from './stage.mjs';

const stage = setStage({ browsers: ['chromium'] });

/// What the group's page may weigh in all, compressed, in bytes.
const allowedWeight = 120 * 1024;
/// Tiles in the large call, one's own among them.
const tiles = 25;
/// Of ten seconds of call, so many milliseconds may pass in tasks that hold up the page for more than 50 ms. Encoding
/// and decoding compete with the page for the processor here, so this catches only what is badly wrong.
const allowedBlocking = 4000;

test('the first load of the group page is light', { timeout: 60_000 }, async (context) => {
  const person = await stage.arrive('chromium', stage.group(openGroup()), 'ada');
  await person.sees('login-form');
  await person.login();
  const loaded = await person.page.evaluate(() => [
    location.href,
    ...performance.getEntriesByType('resource').map(({ name }) => name),
  ]);
  const files = loaded
    .map((url) => new URL(url).pathname)
    .filter((path) => !path.endsWith('/.status') && path !== '/ws')
    .map((path) => (path.startsWith('/group/') ? '/galene.html' : path));
  const weights = [...new Set(files)].map((path) => [path, gzipSync(readFileSync(join(client, path))).length]);
  const sum = weights.reduce((total, [, bytes]) => total + bytes, 0);
  context.diagnostic(`${sum} bytes: ${weights.map(([path, bytes]) => `${path} ${bytes}`).join(', ')}`);
  assert.ok(sum <= allowedWeight, `${sum} bytes are loaded: ${JSON.stringify(weights)}`);
  assert.ok(!files.some((path) => /wasm|tflite|segmentation|rnnoise/.test(path)), 'models come when they are first used');
});

test('25 tiles stay smooth', { timeout: 120_000 }, async (context) => {
  const path = stage.group(openGroup());
  const person = await stage.arrive('chromium', path, 'ada', { viewport: { width: 1280, height: 800 } });
  await person.login();
  await person.click('enable-camera');
  // One page sends all the others' pictures: one connection and one small drawing each.
  const senders = await stage.arrive('chromium', path, 'senders');
  await senders.sees('login-form');
  await senders.page.evaluate(
    async (endpoint, group, count) => {
      const canvas = document.createElement('canvas');
      canvas.width = 160;
      canvas.height = 120;
      const drawing = canvas.getContext('2d');
      let step = 0;
      setInterval(() => {
        step += 1;
        drawing.fillStyle = `hsl(${(step * 20) % 360} 60% 50%)`;
        drawing.fillRect(0, 0, 160, 120);
      }, 200);
      const [track] = canvas.captureStream(5).getVideoTracks();
      const hex = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      const publish = (number) => {
        const socket = new WebSocket(endpoint);
        const peer = new RTCPeerConnection();
        const [id, stream, username] = [hex(), hex(), `sender ${number}`];
        const tell = (message) => socket.send(JSON.stringify(message));
        socket.onopen = () => {
          tell({ type: 'handshake', version: ['2'], id });
          tell({ type: 'join', kind: 'join', group, username, password: '' });
        };
        peer.onicecandidate = ({ candidate }) => candidate && tell({ type: 'ice', id: stream, candidate });
        socket.onmessage = async ({ data }) => {
          const message = JSON.parse(data);
          if (message.type === 'ping') tell({ type: 'pong' });
          if (message.type === 'joined' && message.kind === 'join') {
            peer.addTransceiver(track, { direction: 'sendonly', streams: [new MediaStream([track])] });
            await peer.setLocalDescription(await peer.createOffer());
            tell({ type: 'offer', kind: '', id: stream, label: 'camera', source: id, username, sdp: peer.localDescription.sdp });
          }
          if (message.type === 'answer') await peer.setRemoteDescription({ type: 'answer', sdp: message.sdp });
          if (message.type === 'ice' && message.id === stream) await peer.addIceCandidate(message.candidate).catch(() => {});
        };
      };
      for (let number = 1; number <= count; number += 1) publish(number);
    },
    stage.server.webSocket,
    path.split('/')[2],
    tiles - 1,
  );
  await person.waits(
    (wanted) => document.querySelectorAll('[data-testid=tile]').length === wanted,
    `${tiles} tiles`,
    tiles,
  );
  const figures = await person.page.evaluate(async () => {
    const tasks = [];
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
    observer.observe({ entryTypes: ['longtask'] });
    let frames = 0;
    const count = () => {
      frames += 1;
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
    await new Promise((done) => setTimeout(done, 10_000));
    observer.disconnect();
    return {
      tasks: tasks.length,
      longest: Math.round(Math.max(0, ...tasks)),
      blocked: Math.round(tasks.reduce((sum, duration) => sum + duration, 0)),
      frames,
    };
  });
  await person.screenshot('25-tiles');
  context.diagnostic(
    `in 10 s: ${figures.tasks} long tasks, ${figures.blocked} ms in all, the longest ${figures.longest} ms; ${figures.frames} frames`,
  );
  assert.ok(figures.blocked <= allowedBlocking, JSON.stringify(figures));
  await person.assertClean();
});
