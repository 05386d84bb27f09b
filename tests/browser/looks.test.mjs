// Every page and the main states of the room, desktop and phone size, light and dark: accessible, within their window,
// clean, and photographed for people to look at.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from './accessibility.mjs';
import { operator, openGroup, setStage } from './stage.mjs';

const sizes = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
};
const looks = Object.keys(sizes).flatMap((size) => ['light', 'dark'].map((theme) => [size, theme]));

const groups = {
  lecture: openGroup({
    public: true,
    displayName: 'Lecture on lighthouses',
    description: 'Every Tuesday at ten. Questions are welcome in the chat.',
  }),
  elsewhere: { public: true, redirect: 'https://other.example/group/elsewhere/', displayName: 'A group elsewhere' },
};

const stage = setStage({ browsers: ['chromium'], server: { groups } });

/// Judges the page as it is, and takes its picture.
async function look(person, name, [size, theme]) {
  const overflow = await person.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await person.screenshot(`${name}-${size}-${theme}`);
  assert.ok(overflow <= 0, `${name} is ${overflow} pixels wider than the window`);
  await assertAccessible(person.page, `${name} (${size}, ${theme})`);
}

const visit = (path, name, [size, theme], settings = {}) =>
  stage.arrive('chromium', path, name, { viewport: sizes[size], settings: { theme, ...settings } });

const pages = [
  ['landing', '/', 'public-group'],
  ['not-found', '/group/no-such-group/', 'not-found'],
  ['change-password', '/change-password.html?group=lecture&username=op', 'password-form'],
  ['login', '/group/lecture/', 'login-form'],
];
for (const appearance of looks) {
  for (const [name, path, sign] of pages) {
    test(`the page ${name} is fit to be seen (${appearance})`, { timeout: 60_000 }, async () => {
      // Public groups are listed once they have been loaded.
      for (const group of Object.keys(groups)) await stage.ask(`/group/${group}/.status`);
      const person = await visit(path, name, appearance);
      await person.sees(sign);
      await look(person, name, appearance);
      await person.assertClean();
    });
  }
}
