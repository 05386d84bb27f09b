// What one gets of the others, in each browser: the policies of reception, marks and figures on the tiles, notifications,
// and the picture in a window of its own. The sender has Chromium, whose painted microphone speaks now and then.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bothBrowsers, openGroup, operator, setStage } from './stage.mjs';

const stage = setStage();
const limit = { timeout: 120_000 };

/// The page is behind others from the start, and the desktop has been allowed to be told things.
function hideAndListen() {
  window.testNotifications = [];
  window.Notification = class {
    static permission = 'granted';
    static requestPermission = async () => 'granted';
    constructor(title, { body }) {
      window.testNotifications.push(`${title}: ${body}`);
    }
  };
  Object.defineProperty(document, 'hidden', { get: () => window.testHidden === true });
}

async function two(browser, arrival) {
  const path = stage.group(openGroup({ displayName: 'Lecture' }));
  const sender = await stage.arrive('chromium', path, operator.username);
  await sender.login(operator.password);
  const viewer = await stage.arrive(browser, path, 'viewer', arrival);
  await viewer.login();
  return [sender, viewer, path];
}

/// Waits until exactly these streams come: their labels, each with `picture` if there is one.
const gets = (person, ...wanted) =>
  person.waits(
    (expected) => {
      const seen = [...document.querySelectorAll('[data-testid=tile][data-local=false]')].map(
        ({ dataset }) => `${dataset.label}${dataset.hasVideo === 'true' ? ' picture' : ''}`,
      );
      return String(seen.sort()) === String(expected.sort());
    },
    `streams: ${wanted}`,
    wanted,
  );

const notified = (person, text) =>
  person.waits(
    (wanted) => window.testNotifications.some((line) => line.includes(wanted)),
    `a notification with "${text}"`,
    text,
  );

for (const browser of bothBrowsers) {
  test(`nothing, sound, screens, little or everything is received as one likes (${browser})`, limit, async () => {
    const [sender, viewer] = await two(browser);
    await sender.click('enable-camera');
    await sender.click('share-screen');
    await gets(viewer, 'camera picture', 'screenshare picture');
    await viewer.click('open-settings');
    const choose = (value) => viewer.page.select('[data-testid=setting-request]', value);
    await choose('');
    await gets(viewer);
    await choose('audio');
    await viewer.waits(
      () => !document.querySelector('[data-testid=tile][data-local=false][data-has-video=true]') &&
        document.querySelector('[data-testid=tile][data-local=false][data-label=camera]'),
      'the sound of the camera',
    );
    await choose('screenshare');
    await gets(viewer, 'camera', 'screenshare picture');
    await choose('everything-low');
    await gets(viewer, 'camera picture', 'screenshare picture');
    await choose('everything');
    await gets(viewer, 'camera picture', 'screenshare picture');
    await viewer.assertClean();
  });

  test(`tiles show who speaks, how well they get through, and their figures (${browser})`, limit, async () => {
    const [sender, viewer] = await two(browser);
    await sender.click('enable-camera');
    await viewer.waits(() => document.querySelector('[data-testid=tile].speaking[data-username=op]'), 'somebody who speaks');
    await viewer.sees('quality');
    await viewer.waits(() => document.querySelector('[data-testid=quality]').dataset.quality === 'good', 'a good mark');
    await viewer.click('more');
    await viewer.click('menu-statistics');
    await viewer.sees('tile-statistics', 'kbit/s');
    await viewer.waits(
      () => /\d+×\d+/.test(document.querySelector('[data-testid=tile-statistics]')?.textContent),
      'the size of the picture',
    );
    await viewer.click('more');
    await viewer.click('menu-statistics');
    await viewer.seesNo('tile-statistics');
    await viewer.assertClean();
  });

  test(`the desktop is told of messages and of those who come, while the page is hidden (${browser})`, limit, async () => {
    const [sender, viewer, path] = await two(browser, {
      before: (page) => page.evaluateOnNewDocument(hideAndListen),
      settings: { notifications: 'all' },
    });
    await sender.say('while looking');
    await viewer.hears('while looking');
    assert.deepEqual(await viewer.page.evaluate(() => window.testNotifications), []);
    await viewer.page.evaluate(() => {
      window.testHidden = true;
    });
    await sender.say('are you there?');
    await notified(viewer, 'op · Lecture: are you there?');
    const late = await stage.arrive('chromium', path, 'late');
    // Whoever is reported soon after one's own arrival counts as having been there before.
    const since = await viewer.page.evaluate(() => performance.now());
    await viewer.waits((start) => performance.now() > start + 2000, 'the end of the arrival', since);
    await late.login();
    await notified(viewer, 'late');
    await viewer.assertClean();
  });

  test(`a network without a way for media is explained (${browser})`, limit, async () => {
    // Only through a relay, where there is none: as behind a firewall that lets no UDP through.
    const [, viewer] = await two(browser, { settings: { forceRelay: true } });
    await viewer.click('enable-camera');
    // Chromium would go on trying for longer than a test has patience.
    if (browser === 'chromium') {
      await viewer.sees('tile');
      await viewer.page.evaluate(() => {
        const connection = window.testConnections.at(-1);
        Object.defineProperty(connection, 'iceConnectionState', { get: () => 'failed' });
        connection.dispatchEvent(new Event('iceconnectionstatechange'));
      });
    }
    await viewer.waits(
      () => /UDP/.test(document.querySelector('[data-testid=toast-warning]')?.textContent),
      'the explanation',
    );
  });
}

// Firefox offers pages no such window: it has its own button for that.
test('the meeting goes on in a small window of its own', limit, async () => {
  const [sender, viewer] = await two('chromium');
  await sender.click('enable-camera');
  await gets(viewer, 'camera picture');
  await viewer.page.bringToFront();
  await viewer.click('more');
  await viewer.click('menu-float');
  await viewer.waits(
    () => window.documentPictureInPicture.window?.document.querySelector('video')?.videoWidth > 0,
    'a picture in the small window',
  );
  await viewer.click('leave');
  await viewer.waits(() => !window.documentPictureInPicture.window, 'the end of the small window');
  await viewer.assertClean();
});
