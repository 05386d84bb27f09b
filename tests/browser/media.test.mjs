// What is sent besides a camera, what is done to its picture, and what becomes of it all when something breaks.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startServer } from '../protocol/server.mjs';
import { film } from './film.mjs';
import { Participant } from './meeting.mjs';
import { client, openGroup, setStage } from './stage.mjs';

const files = mkdtempSync(join(tmpdir(), 'halcyon-files-'));
after(() => rmSync(files, { recursive: true, force: true }));
const stage = setStage({ stay: true });
let ada;
let bert;
let path;
const step = (name, run) => test(name, { timeout: 90_000 }, run);

/// The tile of somebody else's stream with this label shows frames.
const showsStream = (person, label) =>
  person.waits(
    (wanted) =>
      [...document.querySelectorAll('[data-testid=tile][data-local=false]')].some(
        (tile) => tile.dataset.label === wanted && Number(tile.dataset.framesDecoded) > 5,
      ),
    `frames of ${label}`,
    label,
  );

/// Answers the browser's file dialogue, which `open` makes appear.
async function pick(person, file, open) {
  const [chooser] = await Promise.all([person.page.waitForFileChooser(), open()]);
  await chooser.accept([file]);
}

step('two people are in the group', async () => {
  path = stage.group();
  ada = await stage.arrive('chromium', path, 'ada');
  await ada.login();
  bert = await stage.arrive('firefox', path, 'bert');
  await bert.login();
});

step('a shared screen is shown large to the others, and goes when sharing ends', async () => {
  await ada.click('share-screen');
  await showsStream(bert, 'screenshare');
  await bert.sees('user-entry', 'shares a screen');
  await ada.click('unshare-screen');
  await bert.seesTiles(0);
});

step('Firefox shares a screen with all its ends', async () => {
  // Without a display Firefox has no screen to offer, so a painting stands for what one would choose in its dialogue.
  await bert.page.evaluate(() => {
    navigator.mediaDevices.getDisplayMedia = async () => {
      const canvas = document.createElement('canvas');
      canvas.width = 640;
      canvas.height = 360;
      const context = canvas.getContext('2d');
      setInterval(() => {
        context.fillStyle = `hsl(${(Date.now() / 5) % 360} 80% 50%)`;
        context.fillRect(0, 0, 640, 360);
      }, 100);
      window.testScreen = canvas.captureStream(10);
      return window.testScreen;
    };
  });
  await bert.click('share-screen');
  await showsStream(ada, 'screenshare');
  await ada.sees('user-entry', 'shares a screen');
  await bert.click('unshare-screen');
  await ada.seesTiles(0);
  // The browser's own button ends it as well.
  await bert.click('share-screen');
  await showsStream(ada, 'screenshare');
  await bert.page.evaluate(() => window.testScreen.getTracks()[0].dispatchEvent(new Event('ended')));
  await ada.seesTiles(0);
});

step('who closes the dialogue for a screen without choosing is told nothing', async () => {
  for (const person of [ada, bert]) {
    await person.page.evaluate(() => {
      navigator.mediaDevices.testDisplay ??= navigator.mediaDevices.getDisplayMedia;
      navigator.mediaDevices.getDisplayMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    });
    await person.click('share-screen');
    await person.waits(() => !document.querySelector('[data-testid=share-screen]').disabled, 'the button');
    assert.deepEqual([await person.count('toast-error'), await person.count('tile')], [0, 0]);
    await person.page.evaluate(() => {
      navigator.mediaDevices.getDisplayMedia = navigator.mediaDevices.testDisplay;
    });
  }
});

step('a file is played to the others', async () => {
  const file = join(files, 'clip.webm');
  writeFileSync(file, await film(ada, 4));
  await pick(ada, file, () => ada.command('/presentfile'));
  await showsStream(bert, 'video');
  // The end of the film ends the stream.
  await bert.seesTiles(0);
});

step('what a filter makes of the camera is sent, and the camera itself again without one', async () => {
  await ada.click('enable-camera');
  await showsStream(bert, 'camera');
  for (const line of ['/set filter "mirror-v"', '/unset filter']) {
    await bert.seesReplaced('ada', () => ada.command(line));
    await bert.seesAndHears('ada');
  }
});

step('a blurred background loads its model from the server itself, and is sent', async () => {
  await bert.seesReplaced('ada', () => ada.command('/set filter "background-blur"'));
  await bert.seesReplaced('ada', () => ada.command('/unset filter'));
});

step('a file goes from one browser to the other, whole', async () => {
  const file = join(files, 'letter.bin');
  const content = Buffer.alloc(300_000, 'halcyon ');
  writeFileSync(file, content);
  // What the browser would save is kept for a look at it.
  await bert.page.evaluate(() => {
    window.testDownloads = [];
    const make = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob) => {
      window.testDownloads.push(blob);
      return make(blob);
    };
    HTMLAnchorElement.prototype.click = function click() {
      window.testDownloads.name = this.download;
    };
  });
  await pick(ada, file, () => ada.chooseFor('bert', 'sendfile'));
  await bert.sees('transfer', 'letter.bin');
  await bert.page.click('[data-testid=transfer] button.primary');
  await ada.waits(() => document.querySelector('[data-testid=transfer]')?.dataset.state === 'done', 'the end of the transfer');
  await bert.waits(() => document.querySelector('[data-testid=transfer]')?.dataset.state === 'done', 'the whole file');
  const received = await bert.page.evaluate(async () => {
    const [blob] = window.testDownloads;
    const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
    return [window.testDownloads.name, blob.size, [...new Uint8Array(digest)]];
  });
  const digest = await ada.page.evaluate(
    async (text) => [...new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))],
    content.toString(),
  );
  assert.deepEqual(received, ['letter.bin', content.length, digest]);
});

step('a transfer that is refused or taken back is over for both', async () => {
  const file = join(files, 'letter.bin');
  await pick(ada, file, () => ada.command('/sendfile bert'));
  await bert.waits(
    () => document.querySelector('[data-testid=transfer][data-state=offered]'),
    'an offer',
  );
  await bert.page.click('[data-testid=transfer][data-state=offered] button:not(.primary)');
  await ada.waits(() => document.querySelector('[data-testid=transfer][data-state=cancelled]'), 'the refusal');
});

step('the death of a worker is a blink', async () => {
  const [worker] = stage.server.workers();
  await bert.seesReplaced('ada', () => process.kill(worker, 'SIGKILL'));
  await bert.seesAndHears('ada');
});

step('nobody\'s page has thrown anything, broken its policy or asked a stranger', async () => {
  for (const person of [ada, bert]) await person.assertClean();
  await stage.sendAway();
});

step('the server is restarted, and everybody is back with camera and chat', async () => {
  const options = { workers: 1, isSecure: true, staticRoot: client, groups: { team: openGroup() } };
  const first = await startServer(options);
  const url = `${first.origin}/group/team/`;
  const people = [];
  let second;
  try {
    for (const [browser, name] of [['chromium', 'ada'], ['firefox', 'bert']]) {
      const person = await Participant.arrive(stage.browsers[browser], url, name);
      people.push(person);
      await person.login();
    }
    await people[0].click('enable-camera');
    await showsStream(people[1], 'camera');
    const { port } = first;
    await first.stop();
    for (const person of people) await person.sees('reconnecting');
    await people[0].screenshot('reconnecting');
    second = await startServer({ ...options, port });
    for (const person of people) await person.seesNo('reconnecting');
    for (const person of people) await person.seesUsers('ada', 'bert');
    await people[1].seesAndHears('ada');
    await people[1].say('still here');
    await people[0].hears('still here');
  } finally {
    for (const person of people) await person.close();
    await second?.stop();
  }
});

step('a network that goes away and comes back does not end the call', async () => {
  const people = [];
  for (const [browser, name] of [['chromium', 'ada'], ['firefox', 'bert']]) {
    const person = await stage.arrive(browser, path, name);
    people.push(person);
    await person.login();
  }
  // The socket of one of them breaks, and the browser cannot open another for a while.
  const { page } = people[0];
  await page.setOfflineMode(true);
  await page.evaluate(() => window.testSockets.forEach((socket) => socket.close()));
  await people[0].sees('reconnecting');
  await page.setOfflineMode(false);
  await people[0].seesNo('reconnecting');
  await people[1].seesUsers('ada', 'bert');
  await people[0].say('back again');
  await people[1].hears('back again');
});
