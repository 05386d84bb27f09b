// Files that are dragged onto the page: by Chromium's own drag and drop, and by its events in Firefox, which offers
// nothing to drag with from outside.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { assertAccessible } from './accessibility.mjs';
import { bothBrowsers, setStage } from './stage.mjs';

const files = mkdtempSync(join(tmpdir(), 'halcyon-drop-'));
after(() => rmSync(files, { recursive: true, force: true }));
const stage = setStage();

const letter = join(files, 'letter.txt');
writeFileSync(letter, 'Dear Bert');
/// A tenth of a second of silence.
const sound = join(files, 'sound.wav');
const header = Buffer.from('524946466406000057415645666d74201000000001000100401f0000803e0000020010006461746140060000', 'hex');
writeFileSync(sound, Buffer.concat([header, Buffer.alloc(1600)]));

async function middleOf(person, selector) {
  const box = await (await person.page.waitForSelector(selector)).boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/// Drags a file over an element; what comes back drops it there.
const drags = {
  async chromium(person, selector, file) {
    const session = await person.page.createCDPSession();
    const place = await middleOf(person, selector);
    const data = { items: [], files: [file], dragOperationsMask: 1 };
    const send = (type) => session.send('Input.dispatchDragEvent', { type, ...place, data });
    await send('dragEnter');
    await send('dragOver');
    return () => send('drop');
  },
  async firefox(person, selector, file) {
    const send = (...types) =>
      person.page.$eval(
        selector,
        (element, name, kinds) => {
          const dataTransfer = new DataTransfer();
          const type = name.endsWith('.wav') ? 'audio/wav' : 'text/plain';
          dataTransfer.items.add(new File(['Dear Bert'], name, { type }));
          for (const kind of kinds) {
            element.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true, composed: true }));
          }
        },
        basename(file),
        types,
      );
    await person.page.waitForSelector(selector);
    await send('dragenter', 'dragover');
    return () => send('drop');
  },
};

for (const browser of bothBrowsers) {
  const drag = drags[browser];
  const claim = (text, run) => test(`${text} (${browser})`, { timeout: 60_000 }, run);
  const pair = async () => {
    const path = stage.group();
    const ada = await stage.arrive(browser, path, 'ada');
    await ada.login();
    const bert = await stage.arrive('chromium', path, 'bert');
    await bert.login();
    await ada.seesUsers('ada', 'bert');
    return [ada, bert];
  };

  claim('a file dropped on a person is offered to that person', async () => {
    const [ada, bert] = await pair();
    const drop = await drag(ada, '[data-testid=user-entry][data-username=bert]', letter);
    await ada.sees('drop-hint', 'Send to bert');
    await ada.screenshot(`drop-person-${browser}`);
    await drop();
    await bert.sees('transfer', 'letter.txt');
    await ada.seesNo('drop-hint');
    await ada.assertClean();
  });

  claim('a file dropped beside people is offered to whom one chooses then', async () => {
    const [ada, bert] = await pair();
    const drop = await drag(ada, '.stage', letter);
    await ada.sees('drop-hint', 'Drop here');
    await ada.screenshot(`drop-page-${browser}`);
    await drop();
    await ada.sees('drop-dialog', 'letter.txt');
    assert.equal(await ada.count('drop-play'), 0, 'a text is not to be played');
    await assertAccessible(ada.page, 'the question what to do with a file');
    await ada.click('drop-send');
    await bert.sees('transfer', 'letter.txt');
    await ada.assertClean();
  });

  claim('a recording dropped on the page can be played to all, and cancelling does nothing', async () => {
    const [ada, bert] = await pair();
    await (await drag(ada, '.stage', sound))();
    await ada.sees('drop-play');
    await ada.screenshot(`drop-dialog-${browser}`);
    await ada.page.keyboard.press('Escape');
    await ada.seesNo('drop-dialog');
    assert.equal(await ada.count('transfer'), 0);
    await bert.seesTiles(0);
    if (browser === 'chromium') {
      await (await drag(ada, '.stage', sound))();
      await ada.click('drop-play');
      await ada.sees('tile');
    }
    await ada.assertClean();
  });
}

test('a file dropped where it is not wanted does not end the call', { timeout: 60_000 }, async () => {
  const path = stage.group();
  const ada = await stage.arrive('chromium', path, 'ada');
  await ada.login();
  await (await drags.chromium(ada, '[data-testid=chat-input]', letter))();
  await ada.sees('drop-dialog', 'nobody you may send them to');
  await ada.page.keyboard.press('Escape');
  await ada.click('open-settings');
  await ada.sees('settings-dialog');
  await (await drags.chromium(ada, '[data-testid=settings-dialog] h2', letter))();
  await ada.page.keyboard.press('Escape');
  await ada.sees('leave');
  assert.equal(await ada.count('drop-dialog'), 0);
});
