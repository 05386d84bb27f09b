// What WCAG 2.2 asks for that no program finds in a page at rest: small windows and large texts, wide spacing, targets that
// a finger hits, a focus that is seen and moves along, no motion for those who do not want it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminConfig } from '../protocol/api_client.mjs';
import { openGroup, operator, setStage } from './stage.mjs';

const stage = setStage({
  browsers: ['chromium'],
  server: {
    config: adminConfig,
    groups: { lecture: openGroup({ public: true, displayName: 'Lecture on lighthouses', 'allow-recording': true }) },
    files: { 'recordings/lecture/2026-11-24T10:00:02 lecture on lighthouses.webm': 'x'.repeat(70_000) },
  },
});

/// What a window of 1280 × 1024 pixels shows when its pages are enlarged to 400 % (WCAG 1.4.10).
const enlarged = { width: 320, height: 256, deviceScaleFactor: 4 };

const pages = [
  ['landing', '/', 'public-group'],
  ['not-found', '/group/no-such-group/', 'not-found'],
  ['change-password', '/change-password.html?group=lecture&username=op', 'password-form'],
  ['login', '/group/lecture/', 'login-form'],
  ['room', '/group/lecture/', 'login-form'],
];

async function open([name, path, sign], viewport) {
  await stage.ask('/group/lecture/.status');
  const person = await stage.arrive('chromium', path, operator.username, { viewport });
  await person.sees(sign);
  if (name === 'room') {
    await person.login(operator.password);
    await person.click('enable-camera');
    await person.sees('tile');
  }
  return person;
}

/// Elements that can be seen and reach beyond the sides of the window, unless they are inside something that scrolls.
const escaping = () =>
  [...document.querySelectorAll('body *')]
    .filter((element) => {
      if (!element.checkVisibility() || element.closest('.sr-only, svg, .skip-links')) return false;
      const { left, right, width } = element.getBoundingClientRect();
      if (width === 0 || (left >= -1 && right <= window.innerWidth + 1)) return false;
      for (let outer = element.parentElement; outer; outer = outer.parentElement) {
        if (/auto|scroll/.test(getComputedStyle(outer).overflowX)) return false;
      }
      return true;
    })
    .map((element) => `${element.tagName}.${element.className}: ${element.textContent.slice(0, 30)}`);

/// The text spacing that a reader may choose (WCAG 1.4.12).
const spaceOut = () => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }',
  );
  document.adoptedStyleSheets = [sheet];
};

/// Buttons and labels whose text does not fit into them.
const clipped = () =>
  [...document.querySelectorAll('button, label, legend, h1, h2, p, a')]
    .filter((element) => element.checkVisibility() && !element.closest('.sr-only, .skip-links'))
    .filter((element) => {
      const { overflowX, textOverflow } = getComputedStyle(element);
      return overflowX !== 'visible' && textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 1;
    })
    .map((element) => `${element.tagName}.${element.className}: ${element.textContent}`);

for (const page of pages) {
  test(`the page ${page[0]} can be enlarged fourfold, and its text spaced out`, { timeout: 60_000 }, async () => {
    const person = await open(page, enlarged);
    assert.deepEqual(await person.page.evaluate(escaping), []);
    await person.screenshot(`enlarged-${page[0]}`);
    await person.page.evaluate(spaceOut);
    assert.deepEqual(await person.page.evaluate(escaping), []);
    assert.deepEqual(await person.page.evaluate(clipped), []);
    await person.screenshot(`spaced-${page[0]}`);
  });
}

/// Controls smaller than 24 × 24 pixels that are not links within a text, nor far enough from others (WCAG 2.5.8).
const tooSmall = () => {
  const targets = [...document.querySelectorAll('a, button, input, select, textarea, summary, [role=separator], [tabindex="0"]')]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.sr-only, .skip-links'))
    .map((element) => element.closest('label') ?? element);
  return targets
    .filter((element) => {
      const { width, height } = element.getBoundingClientRect();
      if (width === 0 || (width >= 24 && height >= 24)) return false;
      const isInText = element.matches('a') && getComputedStyle(element).display === 'inline';
      return !isInText && element.getAttribute('role') !== 'separator';
    })
    .map((element) => `${element.tagName}.${element.className} ${element.getAttribute('aria-label') ?? element.textContent}`);
};

for (const page of pages) {
  test(`everything on the page ${page[0]} is large enough to be hit`, { timeout: 60_000 }, async () => {
    const person = await open(page, { width: 390, height: 844, isMobile: true, hasTouch: true });
    assert.deepEqual(await person.page.evaluate(tooSmall), []);
  });
}

/// Goes through the page with Tab and says what had the focus, and what of that could not be seen.
async function tabThrough(person, presses) {
  const seen = [];
  const hidden = [];
  for (let count = 0; count < presses; count += 1) {
    await person.page.keyboard.press('Tab');
    const fact = await person.page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      const box = (element.closest('label') ?? element).getBoundingClientRect();
      const points = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [box.left + box.width * x, box.top + box.height * y]));
      const isSeen = points.some(([x, y]) => {
        const top = document.elementFromPoint(x, y);
        return top && (element.contains(top) || top.contains(element) && top.closest('label, dialog, form, li, section'));
      });
      return { name: element.dataset.testid ?? element.getAttribute('aria-label') ?? element.tagName, isSeen };
    });
    if (!fact) continue;
    seen.push(fact.name);
    if (!fact.isSeen) hidden.push(fact.name);
  }
  return { seen, hidden };
}

for (const page of pages) {
  test(`whatever has the focus on the page ${page[0]} can be seen`, { timeout: 60_000 }, async () => {
    const person = await open(page, { width: 480, height: 500 });
    if (page[0] === 'login') {
      await person.click('start-camera');
      await person.sees('preview-level');
    }
    const { seen, hidden } = await tabThrough(person, 25);
    assert.ok(seen.length > 1, 'the keyboard reaches something');
    assert.deepEqual(hidden, []);
  });
}

const focused = (person) =>
  person.page.evaluate(() => document.activeElement?.dataset.testid ?? document.activeElement?.tagName);

test('the focus goes along into the group and out of it, and past the tiles', { timeout: 60_000 }, async () => {
  const person = await stage.arrive('chromium', stage.group(), 'ada');
  await person.login();
  assert.equal(await focused(person), 'title');
  await person.page.keyboard.down('Shift');
  await person.page.keyboard.press('Tab');
  assert.equal(await focused(person), 'skip-chat');
  await person.page.keyboard.press('Tab');
  await person.page.keyboard.up('Shift');
  assert.equal(await focused(person), 'skip-controls');
  await person.screenshot('skip-link');
  await person.page.keyboard.press('Enter');
  assert.equal(await focused(person), 'mute');
  // A button that is busy, and then is called otherwise, keeps the focus.
  await person.page.keyboard.press('Enter');
  await person.sees('tile');
  assert.equal(await focused(person), 'mute');
  await person.page.focus('[data-testid=skip-chat]');
  await person.page.keyboard.press('Enter');
  await person.waits(() => document.activeElement?.dataset.testid === 'chat-input', 'the focus in the chat');
  await person.page.focus('[data-testid=leave]');
  await person.page.keyboard.press('Enter');
  await person.waits(() => document.activeElement?.dataset.testid === 'login-username', 'the focus in the login box');
});

test('who has an invitation has but to press Enter', { timeout: 60_000 }, async () => {
  const path = stage.group();
  const host = await stage.arrive('chromium', path, operator.username);
  await host.login(operator.password);
  await host.command('/invite carol');
  await host.sees('invitation-link', '?token=');
  const carol = await stage.arrive('chromium', await host.text('invitation-link'), 'carol');
  await carol.sees('login-form');
  await carol.waits(() => document.activeElement?.dataset.testid === 'login-submit', 'the focus on the button');
  await carol.page.keyboard.press('Enter');
  await host.seesUsers(operator.username, 'carol');
});

test('on a phone the button that joins is in sight below the preview', { timeout: 60_000 }, async () => {
  const person = await stage.arrive('chromium', stage.group(), 'ada', {
    viewport: { width: 390, height: 700, isMobile: true, hasTouch: true },
  });
  await person.click('start-camera');
  await person.sees('preview-level');
  await person.waits(() => {
    const { top, bottom } = document.querySelector('[data-testid=login-submit]').getBoundingClientRect();
    // Scrolling is in whole pixels.
    return top >= 0 && bottom < window.innerHeight + 1;
  }, 'the button');
});

test('nothing moves for who wants no motion', { timeout: 60_000 }, async () => {
  const person = await stage.arrive('chromium', stage.group(), 'ada', {
    before: (page) => page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]),
  });
  await person.login();
  await person.click('react');
  await person.click('menu-reaction-0');
  await person.waits(() => document.querySelector('.reactions li'), 'a reaction');
  assert.deepEqual(await person.page.evaluate(() => document.getAnimations().map(({ animationName }) => animationName)), []);
});

test('the language of the page is declared, and its title is in that language', { timeout: 60_000 }, async () => {
  const person = await stage.arrive('chromium', '/change-password.html?group=lecture&username=op', 'op', {
    settings: { language: 'de' },
  });
  await person.sees('password-form', 'Altes Passwort');
  assert.deepEqual(await person.page.evaluate(() => [document.documentElement.lang, document.title]), ['de', 'Passwort ändern']);
});

test('a notice can be read again, and is seen above a dialogue', { timeout: 60_000 }, async () => {
  const path = stage.group();
  const host = await stage.arrive('chromium', path, operator.username);
  await host.login(operator.password);
  const ada = await stage.arrive('chromium', path, 'ada');
  await ada.login();
  await ada.click('open-settings');
  await ada.sees('settings-dialog');
  await host.command('/wall Coffee is ready');
  await ada.sees('toast-warning', 'Coffee is ready');
  assert.ok(
    await ada.page.evaluate(() => {
      const toast = document.querySelector('[data-testid=toast-warning]');
      const { left, top, width, height } = toast.getBoundingClientRect();
      return toast.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    }),
    'nothing covers it',
  );
  await ada.screenshot('notice-above-dialogue');
  await ada.page.click('[data-testid=toast-warning] button');
  await ada.seesNo('toast-warning');
  await ada.sees('settings-dialog');
  await ada.page.keyboard.press('Escape');
  await ada.click('more');
  await ada.click('menu-notices');
  await ada.sees('notice-dialog', 'Coffee is ready');
  await ada.assertClean();
});
