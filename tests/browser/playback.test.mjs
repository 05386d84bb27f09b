// Browsers that let nothing be heard unless the user has just done something, as Safari does: a listener's view.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bothBrowsers, operator, setStage } from './stage.mjs';

const stage = setStage({ strictAutoplay: true });
const limit = { timeout: 90_000 };

/// Chromium has no such policy, so the page gets players that have it. (What the browser itself knows of the user's doings
/// is of no use: whatever a test does in the page counts as such.)
function beStrict() {
  let clicked = -Infinity;
  window.addEventListener('click', () => (clicked = performance.now()), true);
  window.testMayPlay = () => performance.now() - clicked < 1000;
  const { play } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.play = async function () {
    if (this.paused && !this.muted && !window.testMayPlay()) throw new DOMException('nobody asked for it', 'NotAllowedError');
    return play.call(this);
  };
  const { set, get } = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'autoplay');
  // What plays by itself would not have asked.
  Object.defineProperty(HTMLMediaElement.prototype, 'autoplay', { get, set() { set.call(this, false); } });
}
const before = (page) => page.evaluateOnNewDocument(beStrict);

/// Waits until the picture of somebody runs, with its sound or without.
const runs = (person, username, muted) =>
  person.waits(
    (name, silent) =>
      [...document.querySelectorAll(`[data-testid="tile"][data-username="${name}"][data-local="false"]`)].some((tile) => {
        const video = tile.querySelector('video');
        return Number(tile.dataset.framesDecoded) > 0 && !video.paused && video.currentTime > 0 && video.muted === silent;
      }),
    `the picture of ${username}, ${muted ? 'silent' : 'with sound'}`,
    username,
    muted,
  );

for (const browser of bothBrowsers) {
  test(`pictures run while the browser refuses their sound, and whatever the listener does next lets them be heard (${browser})`, limit, async () => {
    const path = stage.group();
    const listener = await stage.arrive(browser, path, 'listener', browser === 'chromium' ? { before } : {});
    await listener.login();
    // What was done to join counts for some seconds only.
    await listener.waits(() => !(window.testMayPlay?.() ?? navigator.userActivation.isActive), 'the end of the click');

    const first = await stage.arrive(browser, path, operator.username);
    await first.login(operator.password);
    await first.click('enable-camera');
    await listener.sees('play-all');
    await runs(listener, operator.username, true);

    await listener.page.keyboard.press('Shift');
    await listener.page.mouse.click(300, 300);
    await listener.seesNo('play-all');
    await runs(listener, operator.username, false);
    assert.equal(await listener.page.evaluate(() => document.querySelector('video').paused), false);
  });
}
