// What each setting of the sending side does to a call that is running: some apply to the stream as it is, some put
// another one in its place, and some wait for the next connection.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bothBrowsers, setStage } from './stage.mjs';

const stage = setStage();
const limit = { timeout: 90_000 };

/// What ada sends at this moment, and through how many connections she has sent anything so far.
const sending = (person) =>
  person.page.evaluate(() => {
    const current = window.testConnections.at(-1);
    const of = (kind) => current?.getSenders().find(({ track }) => track?.kind === kind);
    const encodings = (kind) =>
      of(kind)?.getParameters().encodings.map(({ rid, maxBitrate, scaleResolutionDownBy }) =>
        [rid, maxBitrate, scaleResolutionDownBy].map((value) => value || '').join(' ').trim(),
      );
    const { echoCancellation } = of('audio')?.track.getSettings() ?? {};
    return {
      connections: window.testConnections.length,
      picture: String(encodings('video')),
      sound: String(encodings('audio')),
      processed: echoCancellation,
      heard: of('audio')?.track.enabled,
      hint: of('video')?.track.contentHint || '',
      relay: current?.getConfiguration().iceTransportPolicy === 'relay',
    };
  });

/// Waits until what is sent is as described, over `more` connections than before.
async function sends(person, before, more, wanted, what) {
  const end = Date.now() + 15_000;
  const expected = { ...before, ...wanted, connections: before.connections + more };
  for (;;) {
    const now = await sending(person);
    if (JSON.stringify(now) === JSON.stringify(expected)) return now;
    assert.ok(Date.now() < end, `${what}: ${JSON.stringify(now)} and not ${JSON.stringify(expected)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

for (const browser of bothBrowsers) {
  test(`settings take effect in a running call (${browser})`, limit, async () => {
    const path = stage.group();
    const bert = await stage.arrive('chromium', path, 'bert');
    await bert.login();
    const ada = await stage.arrive(browser, path, 'ada');
    await ada.login();
    await ada.click('enable-camera');
    await bert.seesTiles(1);
    let now = await sending(ada);
    const after = async (line, more, wanted) => {
      await ada.command(line);
      now = await sends(ada, now, more, wanted, line);
    };
    assert.deepEqual([now.picture.replace(/ 1$/, ''), now.sound], ['700000', '']);
    // Firefox's painted microphone has nothing that could be processed.
    const only = (wanted) => (browser === 'chromium' ? wanted : {});
    const scale = now.picture.endsWith(' 1') ? ' 1' : '';
    // Limits, and what concerns oneself, change nothing about the stream.
    await after('/set send "low"', 0, { picture: `300000${scale}` });
    await after('/set hqaudio', 0, { sound: '128000' });
    await after('/unset hqaudio', 0, { sound: '' });
    await after('/set localMute', 0, { heard: false });
    await ada.sees('tile-muted');
    await after('/unset localMute', 0, { heard: true });
    await after('/set mirrorView false', 0, {});
    await after('/set forceRelay', 0, {});
    await after('/unset forceRelay', 0, {});
    // Other encodings need another stream, but the devices stay open.
    await after('/unset send', 0, { picture: `700000${scale}` });
    await after('/set simulcast "on"', 1, { picture: `h 700000${scale},l 100000 2` });
    await after('/set send "lowest"', 0, { picture: `h 150000${scale},l 100000 2` });
    await after('/set simulcast "auto"', 1, { picture: `150000${scale}` });
    await after('/unset send', 0, { picture: `700000${scale}` });
    // Other constraints need the device anew.
    await after('/set blackboardMode', 1, { hint: 'detail' });
    await after('/unset blackboardMode', 1, { hint: '' });
    await after('/set preprocessing false', 1, only({ processed: false }));
    await after('/unset preprocessing', 1, only({ processed: true }));
    await after('/set resolution [320, 240]', 1, {});
    await bert.waits(
      () => document.querySelector('[data-testid=tile][data-username=ada] video')?.videoWidth === 320,
      'a small picture',
    );
    await after('/unset resolution', 1, {});
    // A background that is not shown concerns nobody.
    await after('/set background "forest"', 0, {});
    await after('/set filter "mirror-h"', 1, {});
    await after('/unset filter', 1, {});
    await after('/replace', 1, {});
    await ada.assertClean();
    // There is no relay here, so nothing gets through any more.
    await after('/set forceRelay', 0, {});
    await after('/replace', 1, { relay: true });
  });
}
