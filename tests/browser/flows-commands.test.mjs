// Every command of the chat, used once by an operator with each browser; the other browser's guest sees what comes of it.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { bothBrowsers, openGroup, operator, setStage } from './stage.mjs';

const files = mkdtempSync(join(tmpdir(), 'halcyon-commands-'));
after(() => rmSync(files, { recursive: true, force: true }));
const letter = join(files, 'letter.txt');
writeFileSync(letter, 'Dear guest');
const stage = setStage();

const sharesScreen = (person, wanted) =>
  person.waits(
    (count) => document.querySelectorAll('[data-testid=tile][data-label=screenshare]').length === count,
    `${wanted} screens`,
    wanted,
  );

/// Without a display Firefox has no screen to offer.
const paintScreen = (person) =>
  person.page.evaluate(() => {
    navigator.mediaDevices.getDisplayMedia = async () => {
      const canvas = document.createElement('canvas');
      const context = canvas.getContext('2d');
      // Only what changes is captured, and what is not captured is not sent.
      setInterval(() => {
        context.fillStyle = `hsl(${(Date.now() / 5) % 360} 80% 50%)`;
        context.fillRect(0, 0, 300, 150);
      }, 100);
      return canvas.captureStream(10);
    };
  });

async function pick(person, line) {
  const [chooser] = await Promise.all([person.page.waitForFileChooser(), person.command(line)]);
  await chooser.accept([letter]);
}

const hand = (person, isUp) =>
  person.waits((up) => Boolean(document.querySelector('[data-username=op] .hand')) === up, `hand: ${isUp}`, isUp);

/// What each command does, in an order in which each is possible.
const uses = {
  help: ['/help', (host) => host.hears('/unshutup')],
  me: ['/me waves', (host, guest) => guest.hears('waves')],
  msg: ['/msg guest between us', (host, guest) => guest.hears('between us')],
  warn: ['/warn guest mind the step', (host, guest) => guest.sees('toast-warning', 'mind the step')],
  wall: ['/wall closing soon', (host, guest) => guest.sees('toast-warning', 'closing soon')],
  raise: ['/raise', (host, guest) => hand(guest, true)],
  unraise: ['/unraise', (host, guest) => hand(guest, false)],
  lock: ['/lock until noon', (host, guest) => guest.sees('locked')],
  unlock: ['/unlock', (host, guest) => guest.seesNo('locked')],
  shutup: ['/shutup guest', (host, guest) => guest.sees('toast-warning', 'no longer write')],
  unshutup: ['/unshutup guest', (host, guest) => guest.sees('toast-info', 'write in the chat now')],
  unpresent: ['/unpresent guest', (host, guest) => guest.seesNo('enable-camera')],
  present: ['/present guest', (host, guest) => guest.sees('enable-camera')],
  op: ['/op guest', (host, guest) => guest.sees('toast-info', 'operator now')],
  unop: ['/unop guest', (host, guest) => guest.sees('toast-warning', 'no longer an operator')],
  identify: ['/identify guest', (host) => host.hears('10.77.')],
  subgroups: ['/subgroups', (host) => host.sees('chat-message')],
  sharescreen: ['/sharescreen', (host, guest) => sharesScreen(guest, 1)],
  replace: ['/replace', (host, guest) => sharesScreen(guest, 1)],
  renegotiate: ['/renegotiate', (host, guest) => sharesScreen(guest, 1)],
  unsharescreen: ['/unsharescreen', (host, guest) => sharesScreen(guest, 0)],
  mute: ['/mute guest', (host, guest) => guest.sees('toast-warning', 'muted by op')],
  muteall: ['/muteall', (host, guest) => guest.sees('toast-warning', 'muted by op')],
  set: ['/set theme "dark"', (host) => host.waits(() => document.documentElement.dataset.theme === 'dark', 'the dark')],
  unset: ['/unset theme', (host) => host.waits(() => document.documentElement.dataset.theme !== 'dark', 'the light')],
  invite: ['/invite carol 2h', (host) => host.sees('invitation-link', '?token=')],
  listtokens: ['/listtokens', (host) => host.hears('carol')],
  record: ['/record', (host) => host.sees('toast-error')],
  unrecord: ['/unrecord', (host) => host.sees('toast-error')],
  clear: ['/clear', (host, guest) => guest.seesNo('chat-message', 'waves')],
  kick: ['/kick guest enough', (host, guest) => guest.sees('login-error', 'enough')],
  'relay-test': ['/relay-test', (host) => host.hears('could not be used')],
  leave: ['/leave', (host) => host.sees('login-form')],
};

/// Those that need more than a line.
const others = ['sendfile', 'presentfile', 'reinvite', 'revoke'];

/// No command that the help tells of is without its test.
function assertComplete(help) {
  const told = [...help.matchAll(/^\/([a-z-]+)/gm)].map(([, name]) => name);
  assert.ok(told.length > 25, help);
  assert.deepEqual(told.filter((name) => !(name in uses) && !others.includes(name)), []);
}

for (const browser of bothBrowsers) {
  test(`every command of the chat does what it says (${browser})`, { timeout: 180_000 }, async () => {
    const path = stage.group(openGroup({ 'allow-recording': true }));
    const host = await stage.arrive(browser, path, operator.username);
    await host.login(operator.password);
    const guest = await stage.arrive(bothBrowsers.find((name) => name !== browser), path, 'guest');
    await guest.login();
    await paintScreen(host);
    for (const [name, [line, shows]] of Object.entries(uses)) {
      // Firefox counts a relay that is not there as an error of the page.
      if (name === 'relay-test') for (const person of [host, guest]) await person.assertClean();
      await host.command(line);
      try {
        await shows(host, guest);
      } catch (error) {
        throw new Error(`/${name}: ${error.message}`, { cause: error });
      }
      if (name === 'help') assertComplete(await host.page.$eval('[data-testid=chat]', (chat) => chat.innerText));
      if (name === 'invite') {
        const link = await host.text('invitation-link');
        await host.page.keyboard.press('Escape');
        await host.seesNo('invitation-link');
        await host.command(`/reinvite ${link} 3h`);
        await host.sees('invitation-link', link);
        await host.page.keyboard.press('Escape');
        await host.seesNo('invitation-link');
        await host.command(`/revoke ${link}`);
        const late = await stage.arrive(browser, link, 'carol');
        await late.click('login-submit');
        await late.sees('login-error', 'invitation was not accepted');
      }
      if (name === 'muteall') {
        await pick(host, '/sendfile guest');
        await guest.sees('transfer', 'letter.txt');
        await pick(host, '/presentfile');
        await host.sees('toast-error', 'cannot play letter.txt');
      }
    }
  });
}
