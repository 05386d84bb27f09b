// Every setting in each browser: what it is at first, that the dialogue changes it, and that it is kept.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bothBrowsers, setStage } from './stage.mjs';

const stage = setStage();
const limit = { timeout: 90_000 };

/// What the dialogue shows to somebody who has set nothing.
const defaults = (browser) => ({
  activityDetection: true,
  blackboardMode: false,
  captionSize: 'normal',
  captions: true,
  displayAll: true,
  filter: '',
  forceRelay: false,
  hqaudio: false,
  language: '',
  layout: 'auto',
  mirrorView: true,
  noiseFilter: false,
  notifications: 'off',
  preprocessing: true,
  request: 'everything',
  resolution: '',
  screenContent: 'text',
  send: 'normal',
  shortcuts: true,
  simulcast: browser === 'firefox' ? 'off' : 'auto',
  sounds: false,
  theme: 'auto',
});

/// The settings as the dialogue shows them.
const shown = (person) =>
  person.page.$$eval('[data-testid=settings-dialog] [data-testid^=setting-]', (controls) =>
    Object.fromEntries(
      controls
        .map((control) => [control.dataset.testid.replace('setting-', ''), control.type === 'checkbox' ? control.checked : control.value])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  );

/// Gives each of them another value.
async function changeAll(person, names) {
  for (const name of names) {
    await person.page.$eval(`[data-testid=settings-dialog] [data-testid=setting-${name}]`, (control) => {
      if (control.type === 'checkbox') {
        control.click();
        return;
      }
      const others = [...control.options].filter(({ value }) => value !== control.value);
      control.value = (others.find(({ value }) => ['de', 'dark', 'rotate'].includes(value)) ?? others[0]).value;
      control.dispatchEvent(new Event('change', { bubbles: true }));
    });
  }
}

for (const browser of bothBrowsers) {
  test(`every setting has its default, can be changed, and outlasts the visit (${browser})`, limit, async () => {
    const ada = await stage.arrive(browser, stage.group(), 'ada');
    await ada.login();
    await ada.click('open-settings');
    await ada.sees('settings-dialog');
    const expected = defaults(browser);
    assert.deepEqual(await shown(ada), expected);
    await changeAll(ada, Object.keys(expected));
    await ada.sees('settings-dialog', 'Einstellungen');
    const changed = await shown(ada);
    for (const [name, value] of Object.entries(expected)) assert.notEqual(changed[name], value, name);
    await ada.page.reload();
    await ada.sees('login-form', 'Beitreten');
    await ada.login();
    await ada.click('open-settings');
    await ada.sees('settings-dialog');
    assert.deepEqual(await shown(ada), changed);
    assert.equal(await ada.page.evaluate(() => document.documentElement.dataset.theme), 'dark');
    await ada.assertClean();
  });

  test(`the page speaks the browser's language, or the one that is chosen (${browser})`, limit, async () => {
    const words = { en: 'Join', fr: 'Entrer', de: 'Beitreten', es: 'Entrar' };
    const path = stage.group();
    for (const [language, word] of Object.entries(words)) {
      const before = (page) =>
        page.evaluateOnNewDocument((tag) => Object.defineProperty(navigator, 'languages', { get: () => [tag] }), language);
      const person = await stage.arrive(browser, path, 'visitor', { before });
      await person.sees('login-submit', word);
      assert.equal(await person.page.evaluate(() => document.documentElement.lang), language);
    }
    const person = await stage.arrive(browser, path, 'visitor', { settings: { language: 'fr' } });
    await person.sees('login-submit', 'Entrer');
  });
}
