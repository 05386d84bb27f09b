// Files from each browser to the other: whole, with progress, and given up on the way by either side.

import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { bothBrowsers, setStage } from './stage.mjs';

const files = mkdtempSync(join(tmpdir(), 'halcyon-transfers-'));
after(() => rmSync(files, { recursive: true, force: true }));
const stage = setStage();

const letter = join(files, 'letter.txt');
writeFileSync(letter, 'Dear friend, '.repeat(20_000));
/// Takes long enough for somebody to change their mind, and no room on the disk.
const film = join(files, 'film.bin');
const handle = openSync(film, 'w');
ftruncateSync(handle, 400_000_000);
closeSync(handle);

const state = (person, wanted) =>
  person.waits(
    (text) => document.querySelector('[data-testid=transfer]:last-child')?.dataset.state === text,
    `a transfer that is ${wanted}`,
    wanted,
  );

async function offer(person, to, file) {
  const [chooser] = await Promise.all([person.page.waitForFileChooser(), person.chooseFor(to, 'sendfile')]);
  await chooser.accept([file]);
}

const press = (person, which) => person.page.click(`[data-testid=transfer]:last-child button${which}`);

/// What the browser would save is kept for a look at it.
const keepDownloads = (person) =>
  person.page.evaluate(() => {
    const make = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob) => {
      window.testDownload = blob;
      return make(blob);
    };
    HTMLAnchorElement.prototype.click = () => {};
  });

for (const browser of bothBrowsers) {
  const [other] = bothBrowsers.filter((name) => name !== browser);

  test(`a file goes to another browser whole, or as far as either side wants (${browser})`, { timeout: 120_000 }, async () => {
    const path = stage.group();
    const ada = await stage.arrive(browser, path, 'ada');
    await ada.login();
    const bert = await stage.arrive(other, path, 'bert');
    await bert.login();
    await keepDownloads(bert);

    await offer(ada, 'bert', letter);
    await state(bert, 'offered');
    await press(bert, '.primary');
    await state(ada, 'done');
    await state(bert, 'done');
    const received = await bert.page.evaluate(async () => (await window.testDownload.text()).split('Dear friend, ').length);
    assert.equal(received, 20_001);

    for (const quitter of [ada, bert]) {
      await offer(ada, 'bert', film);
      await state(bert, 'offered');
      await press(bert, '.primary');
      for (const person of [ada, bert]) {
        await person.waits(
          () => document.querySelector('[data-testid=transfer]:last-child progress')?.value > 0,
          'a transfer on its way',
        );
      }
      await press(quitter, '');
      for (const person of [ada, bert]) {
        await person.waits(() => !document.querySelector('[data-testid=transfer] progress'), 'the end of the transfer');
      }
      await state(quitter === ada ? bert : ada, 'cancelled');
    }
    for (const person of [ada, bert]) await person.assertClean();
  });
}
