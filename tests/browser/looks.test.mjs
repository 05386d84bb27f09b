// Every page and the main states of the room, desktop and phone size, light and dark: accessible, within their window,
// clean, and photographed for people to look at.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminConfig } from '../protocol/api_client.mjs';
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
    'allow-recording': true,
    displayName: 'Lecture on lighthouses',
    description: 'Every Tuesday at ten. Questions are welcome in the chat.',
  }),
  elsewhere: { public: true, redirect: 'https://other.example/group/elsewhere/', displayName: 'A group elsewhere' },
};

const files = {
  'recordings/lecture/2026-11-24T10:00:02 lecture on lighthouses.webm': 'x'.repeat(70_000),
  'recordings/lecture/2026-11-17T10:00:00 lecture on lighthouses, the second half.webm': 'x',
};
const stage = setStage({ browsers: ['chromium'], server: { groups, files, config: adminConfig } });

/// Judges the page as it is, and takes its picture.
async function look(person, name, [size, theme]) {
  // Phones zoom out until a page fits that is too wide, so their own idea of the width is of no use here.
  const overflow = (await person.page.evaluate(() => document.documentElement.scrollWidth)) - sizes[size].width;
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
      if (name === 'login') {
        await person.click('start-camera');
        await person.waits(
          () => document.querySelector('[data-testid=preview-video]')?.videoWidth > 0,
          'a picture of oneself',
        );
        await look(person, 'preview', appearance);
      }
      await person.assertClean();
    });
  }
}

for (const appearance of looks) {
  test(`the list of recordings has the look of the other pages (${appearance})`, { timeout: 60_000 }, async () => {
    const [size, theme] = appearance;
    const person = await stage.arrive('chromium', '/recordings/lecture/', 'op', {
      viewport: sizes[size],
      before: async (page) => {
        await page.authenticate(operator);
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
      },
    });
    assert.equal((await person.page.$$('tbody tr')).length, 2);
    await look(person, 'recordings', appearance);
    await person.assertClean();
  });
}

for (const appearance of looks) {
  test(`the statistics are fit to be seen (${appearance})`, { timeout: 60_000 }, async () => {
    const path = stage.group(groups.lecture);
    for (const name of ['guest', 'Maria Skłodowska']) {
      const guest = await stage.arrive('chromium', path, name);
      await guest.login();
      await guest.click('enable-camera');
      await guest.waits(
        () => Number(document.querySelector('[data-testid=tile]')?.dataset.framesEncoded) > 5,
        'pictures on their way',
      );
    }
    const [size, theme] = appearance;
    const person = await stage.arrive('chromium', '/stats.html', 'chief', {
      viewport: sizes[size],
      settings: { theme },
      before: (page) => page.authenticate({ username: 'chief', password: 'of everything' }),
    });
    await person.waits(
      () =>
        document.querySelector('[data-testid=stats-worker]') &&
        document.querySelector('[data-testid=stats-group] polyline')?.getAttribute('points').split(' ').length >= 3,
      'charts',
    );
    await look(person, 'statistics', appearance);
    await person.assertClean();
  });
}

/// Everything the room can look like; each state is reached from the one before it.
const states = [
  ['alone', async () => {}],
  [
    'call',
    async (person, [size]) => {
      await person.click('enable-camera');
      await person.waits(() => document.querySelectorAll('[data-testid=tile]').length >= 3, 'three tiles');
      await person.waits(
        () => [...document.querySelectorAll('[data-testid=tile] video')].every((video) => video.videoWidth > 0),
        'pictures in all tiles',
      );
      if (size === 'desktop') await person.sees('chat');
    },
  ],
  [
    'chat',
    async (person, [size]) => {
      if (size === 'phone') await person.click('toggle-chat');
      await person.say('Where is the oldest lighthouse that still shines? https://example.org/lighthouses');
      await person.hears('oldest lighthouse');
      await person.command('/help');
      await person.hears('/msg');
    },
  ],
  [
    'people',
    async (person, [size]) => {
      if (size === 'phone') await person.click('toggle-people');
      await person.sees('people');
    },
  ],
  ['user-menu', (person) => person.page.click('[data-username=guest] [data-testid=user-menu]')],
  [
    'group-menu',
    async (person) => {
      await person.page.keyboard.press('Escape');
      await person.click('group-menu');
    },
  ],
  [
    'confirm',
    async (person) => {
      await person.click('menu-clearchat');
      await person.sees('confirm-dialog');
    },
  ],
  [
    'removal',
    async (person) => {
      await person.page.keyboard.press('Escape');
      await person.chooseFor('guest', 'kick');
      await person.sees('confirm-reason');
    },
  ],
  [
    'invite',
    async (person) => {
      await person.page.keyboard.press('Escape');
      await person.click('group-menu');
      await person.click('menu-invite');
    },
  ],
  [
    'invitation',
    async (person) => {
      await person.click('invite-submit');
      await person.sees('invitation-link', '?token=');
    },
  ],
  [
    'settings',
    async (person) => {
      await person.page.keyboard.press('Escape');
      await person.click('open-settings');
      await person.sees('settings-dialog');
    },
  ],
  [
    'more-menu',
    async (person, [size]) => {
      await person.page.keyboard.press('Escape');
      if (size === 'phone') await person.click('toggle-people');
      await person.click('more');
    },
  ],
  ['shortcuts', (person) => person.click('menu-help')],
];

for (const appearance of looks) {
  test(`the room is fit to be seen in all its states (${appearance})`, { timeout: 150_000 }, async () => {
    const path = stage.group(groups.lecture);
    for (const name of ['guest', 'Maria Skłodowska']) {
      const guest = await stage.arrive('chromium', path, name);
      await guest.login();
      await guest.click('enable-camera');
      await guest.say(`Good morning from ${name}`);
    }
    const person = await visit(path, operator.username, appearance);
    await person.login(operator.password);
    for (const [state, reach] of states) {
      await reach(person, appearance);
      await look(person, `room-${state}`, appearance);
    }
    await person.assertClean();
  });
}

const languages = { en: 'Join', fr: 'Entrer', de: 'Beitreten', es: 'Entrar' };
test('the pages speak four languages, and the browser chooses among them', { timeout: 60_000 }, async () => {
  for (const [language, word] of Object.entries(languages)) {
    const person = await stage.arrive('chromium', '/', 'visitor', {
      before: (page) => page.evaluateOnNewDocument((tag) => {
        Object.defineProperty(navigator, 'languages', { get: () => [tag] });
      }, `${language}-XX`),
    });
    await person.sees('group-submit', word);
    assert.equal(await person.page.evaluate(() => document.documentElement.lang), language);
  }
});
