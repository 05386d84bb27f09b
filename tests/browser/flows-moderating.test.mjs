// An operator at work, with each browser: the menus of a person, of the group and of a message, and the invitations. The
// guest has the other browser.

import { test } from 'node:test';
import { bothBrowsers, openGroup, operator, setStage } from './stage.mjs';

const stage = setStage();
const limit = { timeout: 120_000 };

async function two(browser, description) {
  const path = stage.group(description);
  const host = await stage.arrive(browser, path, operator.username);
  await host.login(operator.password);
  const guest = await stage.arrive(bothBrowsers.find((name) => name !== browser), path, 'guest');
  await guest.login();
  await host.seesUsers('op', 'guest');
  return [host, guest, path];
}

/// Chooses from the menu of the last message.
async function chooseForMessage(person, item) {
  await person.page.$$eval('[data-testid=chat-message] button[aria-haspopup=menu]', (buttons) => buttons.at(-1).click());
  await person.click(`menu-${item}`);
}

const isGone = (person, name) => person.waits((id) => !document.querySelector(`[data-testid=${id}]`), `no ${name}`, name);

for (const browser of bothBrowsers) {
  test(`the menu of a person gives and takes rights, warns and removes (${browser})`, limit, async () => {
    const [host, guest] = await two(browser);
    await host.chooseFor('guest', 'shutup');
    await guest.sees('toast-warning', 'no longer write');
    await host.chooseFor('guest', 'unshutup');
    await guest.sees('toast-info', 'write in the chat now');
    await host.chooseFor('guest', 'unpresent');
    await isGone(guest, 'enable-camera');
    await host.chooseFor('guest', 'present');
    await guest.sees('enable-camera');
    await host.chooseFor('guest', 'op');
    await guest.sees('toast-info', 'operator now');
    await host.chooseFor('guest', 'unop');
    await guest.sees('toast-warning', 'no longer an operator');
    await guest.click('mute');
    await host.sees('tile');
    await host.chooseFor('guest', 'mute');
    await guest.sees('toast-warning', 'muted by op');
    await host.chooseFor('guest', 'identify');
    await host.hears('10.77.');
    await host.chooseFor('guest', 'kick');
    await host.click('confirm-action');
    await guest.sees('login-error', 'removed');
    await host.seesUsers('op');
    for (const person of [host, guest]) await person.assertClean();
  });

  test(`the menus of the group and of a message lock, delete, mute all and restart (${browser})`, limit, async () => {
    const [host, guest] = await two(browser);
    await host.chooseForGroup('lock');
    await guest.sees('locked');
    await host.chooseForGroup('unlock');
    await guest.seesNo('locked');
    await guest.say('one');
    await host.hears('one');
    await chooseForMessage(host, 'delete');
    await guest.seesNo('chat-message', 'one');
    await guest.say('two');
    await host.hears('two');
    await host.chooseForGroup('clearchat');
    await host.click('confirm-action');
    await guest.seesNo('chat-message', 'two');
    await guest.click('enable-camera');
    await host.seesTiles(1);
    await host.chooseForGroup('muteall');
    await guest.sees('toast-warning', 'muted by op');
    const fragment = () => /a=ice-ufrag:\S+/.exec(window.testConnections.at(-1).currentLocalDescription?.sdp)?.[0];
    const before = await guest.page.evaluate(fragment);
    await guest.chooseForGroup('restart');
    await guest.waits(
      (former) =>
        !window.testConnections.at(-1).currentLocalDescription?.sdp.includes(former) &&
        /connected|completed/.test(document.querySelector('[data-testid=tile]')?.dataset.iceState),
      'another connection of the camera',
      before,
    );
    await host.seesTiles(1);
    for (const person of [host, guest]) await person.assertClean();
  });

  test(`an invitation is made, used, changed and withdrawn (${browser})`, limit, async () => {
    const [host, , path] = await two(browser);
    await host.chooseForGroup('invite');
    await host.fill('invite-username', 'carol');
    await host.click('invite-submit');
    await host.sees('invitation-link', '?token=');
    const link = await host.text('invitation-link');
    await host.page.keyboard.press('Escape');
    const carol = await stage.arrive('chromium', link, 'carol');
    await carol.click('login-submit');
    await host.seesUsers('op', 'guest', 'carol');
    await host.chooseForGroup('invitations');
    await host.sees('invitation-entry', 'carol');
    const before = await host.text('invitation-entry');
    await host.click('invitation-edit');
    await host.page.$eval('[data-testid=invitation-entry] input', (field) => {
      field.value = '2090-01-01T12:00';
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await host.page.click('[data-testid=invitation-entry] form button');
    await host.waits(
      (text) => {
        const now = document.querySelector('[data-testid=invitation-entry] small')?.textContent;
        return now?.includes('90') && !text.includes(now);
      },
      'another end',
      before,
    );
    await host.click('invitation-revoke');
    await host.waits(
      () => document.querySelector('[data-testid=invitation-entry]')?.dataset.expired === 'true',
      'the end of the invitation',
    );
    const late = await stage.arrive('chromium', `${path}?${link.split('?')[1]}`, 'late');
    await late.click('login-submit');
    await late.sees('login-error', 'invitation was not accepted');
    await host.assertClean();
  });

  test(`a server that cannot record says so, and shows no recording (${browser})`, limit, async () => {
    const [host] = await two(browser, openGroup({ 'allow-recording': true }));
    await host.click('more');
    await host.click('menu-record');
    await host.sees('toast-error');
    await host.seesNo('recording');
    await host.assertClean();
  });
}
