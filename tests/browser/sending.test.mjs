// What is sent when devices are chosen, given up or lost, and while a file is played: seen at the receiver.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { film } from './film.mjs';
import { bothBrowsers, operator, setStage } from './stage.mjs';

const files = mkdtempSync(join(tmpdir(), 'halcyon-films-'));
after(() => rmSync(files, { recursive: true, force: true }));
const stage = setStage();
const limit = { timeout: 90_000 };

/// What the others get of `ada`: label, and whether there are pictures and sound.
const streams = (person) =>
  person.page.evaluate(() =>
    [...document.querySelectorAll('[data-testid=tile][data-username=ada]')].map((tile) => [
      tile.dataset.label,
      tile.dataset.hasVideo === 'true' ? 'pictures' : '',
      tile.dataset.hasAudio === 'true' ? 'sound' : '',
    ].filter(Boolean).join(' ')),
  );

async function gets(person, ...wanted) {
  const end = Date.now() + 20_000;
  for (;;) {
    const seen = (await streams(person)).sort();
    if (String(seen) === String(wanted)) return;
    assert.ok(Date.now() < end, `${person.username} gets ${JSON.stringify(seen)} and not ${JSON.stringify(wanted)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function two(browser, arrival) {
  const path = stage.group();
  const bert = await stage.arrive('chromium', path, 'bert');
  await bert.login();
  const ada = await stage.arrive(browser, path, 'ada', arrival);
  await ada.login();
  return [ada, bert];
}

const setting = (person, name, value) =>
  person.page.select(`[data-testid=settings-dialog] [data-testid=${name}]`, value);

for (const browser of bothBrowsers) {
  test(`devices set to off are not sent, and are sent again when one is chosen (${browser})`, limit, async () => {
    const [ada, bert] = await two(browser);
    await ada.click('enable-camera');
    await gets(bert, 'camera pictures sound');
    await ada.click('open-settings');
    await setting(ada, 'select-video', '');
    await gets(bert, 'camera sound');
    await setting(ada, 'select-video', 'default');
    await gets(bert, 'camera pictures sound');
    await setting(ada, 'select-audio', '');
    await gets(bert, 'camera pictures');
    await setting(ada, 'select-video', '');
    await gets(bert);
    await ada.page.keyboard.press('Escape');
    // The button of a device that is off in the settings turns it on all the same.
    await ada.click('mute');
    await gets(bert, 'camera sound');
    await ada.click('enable-camera');
    await gets(bert, 'camera pictures sound');
    await bert.seesAndHears('ada');
    await ada.assertClean();
  });

  test(`a camera that does not open again after a change is taken out (${browser})`, limit, async () => {
    const [ada, bert] = await two(browser, { settings: { audio: '' } });
    await ada.click('enable-camera');
    await gets(bert, 'camera pictures');
    await ada.page.evaluate(() => {
      navigator.mediaDevices.testOpen = navigator.mediaDevices.getUserMedia;
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('busy', 'NotReadableError'));
    });
    await ada.command('/set blackboardMode');
    await ada.sees('toast-error', 'Another program may be using it');
    await gets(bert);
    await ada.waits(() => document.querySelector('[data-testid=enable-camera].control-off'), 'the button to switch it on');
    await ada.page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = navigator.mediaDevices.testOpen;
    });
    await ada.click('enable-camera');
    await gets(bert, 'camera pictures');
    await ada.assertClean();
  });
}

test('who may no longer present sends nothing, and has the devices switched off', limit, async () => {
  const path = stage.group();
  const op = await stage.arrive('chromium', path, operator.username);
  await op.login(operator.password);
  const ada = await stage.arrive('chromium', path, 'ada');
  await ada.login();
  await ada.click('enable-camera');
  await ada.click('share-screen');
  await gets(op, 'camera pictures sound', 'screenshare pictures sound');
  await ada.page.evaluate(() => {
    window.testTracks = window.testConnections.flatMap((pc) => pc.getSenders().map(({ track }) => track));
  });
  await op.chooseFor('ada', 'unpresent');
  await gets(op);
  await ada.sees('toast-warning', 'You may no longer send audio and video');
  await ada.waits(() => document.querySelectorAll('[data-testid=tile]').length === 0, 'the end of the own tiles');
  const states = await ada.page.evaluate(() => window.testTracks.map(({ readyState }) => readyState));
  assert.deepEqual(new Set(states), new Set(['ended']));
  // The right alone switches nothing on.
  await op.chooseFor('ada', 'present');
  await ada.sees('enable-camera');
  assert.equal(await op.count('tile'), 0);
  await ada.assertClean();
});

for (const browser of bothBrowsers) {
  test(`another camera takes over from one that is unplugged (${browser})`, limit, async () => {
    const [ada, bert] = await two(browser, { settings: { audio: '' } });
    await ada.click('enable-camera');
    await gets(bert, 'camera pictures');
    await bert.seesReplaced('ada', () =>
      ada.page.evaluate(() => {
        const { track } = window.testConnections.at(-1).getSenders()[0];
        track.stop();
        track.dispatchEvent(new Event('ended'));
      }),
    );
    await ada.sees('toast-warning', 'camera has been disconnected');
    await gets(bert, 'camera pictures');
    await ada.assertClean();
  });
}

async function play(person, file) {
  const [chooser] = await Promise.all([person.page.waitForFileChooser(), person.command('/presentfile')]);
  await chooser.accept([file]);
}

/// Calls a method of ada's player, or sets a property.
const player = (person, action) =>
  person.page.evaluate((what) => {
    const video = document.querySelector('[data-testid=tile][data-label=video] video');
    if (what === 'begin') video.currentTime = 0;
    else return video[what]();
  }, action);

/// The colour and the sound's energy of the film so far.
const seen = (person) =>
  person.page.evaluate(() => {
    const tile = document.querySelector('[data-testid=tile][data-label=video]');
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 1;
    const context = canvas.getContext('2d');
    context.drawImage(tile.querySelector('video'), 0, 0, 1, 1);
    return { colour: [...context.getImageData(0, 0, 1, 1).data], energy: Number(tile.dataset.audioEnergy) };
  });

/// Waits until the film moves and is heard, or neither any more.
async function films(person, running) {
  const end = Date.now() + 30_000;
  for (;;) {
    const before = await seen(person);
    await new Promise((done) => setTimeout(done, 1300));
    const now = await seen(person);
    const moves = now.colour.some((value, index) => Math.abs(value - before.colour[index]) > 8);
    const sounds = now.energy - before.energy > 0.01;
    if (moves === running && sounds === running) return;
    assert.ok(Date.now() < end, `${running ? 'running' : 'still'}: ${JSON.stringify([before, now])}`);
  }
}

for (const browser of bothBrowsers) {
  test(`a film is paused, wound back and ended for everybody (${browser})`, limit, async () => {
    const [ada, bert] = await two(browser);
    const file = join(files, 'film.webm');
    writeFileSync(file, await film(bert, 10));
    await ada.click('mute');
    await gets(bert, 'camera sound');
    await play(ada, file);
    await ada.sees('toast-warning', 'would hear the file too');
    await gets(bert, 'camera sound', 'video pictures sound');
    await films(bert, true);
    // It goes on while its tile is on another page, or covered on a phone.
    const hide = (hidden) =>
      ada.page.$eval('[data-testid=tile][data-label=video]', (tile, off) => (tile.parentElement.hidden = off), hidden);
    await hide(true);
    await films(bert, true);
    await hide(false);
    await player(ada, 'pause');
    await films(bert, false);
    await player(ada, 'begin');
    await player(ada, 'play');
    await films(bert, true);
    await gets(bert, 'camera sound');
    assert.equal(await ada.count('tile'), 1);
    const letter = join(files, 'letter.webm');
    writeFileSync(letter, 'no film');
    await play(ada, letter);
    await ada.sees('toast-error', 'cannot play letter.webm');
    await ada.assertClean();
  });
}
