// Talking, moderating and inviting: three people in a group, the operator with Chromium, one guest with each browser.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from './accessibility.mjs';
import { openGroup, operator, setStage } from './stage.mjs';

const stage = setStage({ stay: true });
let host;
let ada;
let bert;
let path;
const step = (name, run) => test(name, { timeout: 60_000 }, run);

/// Chooses from the menu of a chat message.
async function chooseForMessage(person, text, item) {
  const messages = await person.page.$$('[data-testid=chat-message]');
  for (const message of messages) {
    if (!(await message.evaluate((element) => element.textContent)).includes(text)) continue;
    await message.hover();
    await (await message.$('button[aria-haspopup=menu]')).click();
    await person.click(`menu-${item}`);
    return;
  }
  assert.fail(`${person.username} has no message "${text}"`);
}

step('three people are in the group', async () => {
  const group = openGroup({ 'allow-recording': false });
  group.users.op.permissions = ['op', 'present', 'message', 'caption', 'token'];
  path = stage.group(group);
  host = await stage.arrive('chromium', path, operator.username);
  await host.login(operator.password);
  ada = await stage.arrive('firefox', path, 'ada');
  await ada.login();
  bert = await stage.arrive('chromium', path, 'bert');
  await bert.login();
  for (const person of stage.people) await person.seesUsers('op', 'ada', 'bert');
});

step('links in the chat are links, and markup is text', async () => {
  await ada.say('<b>see</b> https://example.org/x?y=1 now');
  await bert.hears('<b>see</b>');
  const link = await bert.page.$eval('[data-testid=chat-message] a', (anchor) => [anchor.href, anchor.rel, anchor.target]);
  assert.deepEqual(link, ['https://example.org/x?y=1', 'noopener noreferrer', '_blank']);
});

step('whoever reads further up stays there, and is led to what has come meanwhile', async () => {
  for (const person of [ada, bert]) {
    const top = () => person.page.$eval('[data-testid=chat] [role=log]', (log) => log.scrollTop);
    for (let line = 0; line < 12; line += 1) await host.say(`${line} ${'long '.repeat(30)}`);
    await person.hears('11 long');
    assert.equal(await person.count('chat-below'), 0);
    await person.page.$eval('[data-testid=chat] [role=log]', (log) => log.scrollTo(0, 0));
    await person.waits(() => document.querySelector('[data-testid=chat] [role=log]').scrollTop === 0, 'the beginning');
    await host.say(`news for ${person.username}`);
    await person.sees('chat-below');
    assert.equal(await top(), 0);
    await person.click('chat-below');
    await person.seesNo('chat-below');
    assert.ok((await top()) > 0);
  }
});

step('what is said in private reaches one person only', async () => {
  await ada.chooseFor('bert', 'message');
  await ada.sees('private-bar', 'bert');
  await ada.say('between us');
  await bert.hears('between us');
  await bert.command('/msg ada and back');
  await ada.hears('and back');
  await host.say('public again');
  await bert.hears('public again');
  await host.seesNo('chat-message', 'between us');
  await host.seesNo('chat-message', 'and back');
  await ada.page.click('[data-testid=private-bar] button');
});

step('an operator deletes one message, all of a person, and everything', async () => {
  for (const text of ['first', 'second']) {
    await ada.say(text);
    await host.hears(text);
  }
  await bert.say('third');
  await host.hears('third');
  await chooseForMessage(host, 'first', 'delete');
  for (const person of [host, ada, bert]) await person.seesNo('chat-message', 'first');
  await bert.hears('second');
  await chooseForMessage(host, 'second', 'delete-all');
  await host.click('confirm-action');
  for (const person of [host, ada, bert]) await person.seesNo('chat-message', 'second');
  await bert.hears('third');
  await host.chooseForGroup('clearchat');
  await host.sees('confirm-dialog', 'cannot be undone');
  await assertAccessible(host.page, 'the question before the chat is deleted');
  await host.page.keyboard.press('Escape');
  await host.seesNo('confirm-dialog');
  assert.equal(await host.page.evaluate(() => document.activeElement.dataset.testid), 'group-menu');
  await bert.hears('third');
  await host.chooseForGroup('clearchat');
  await host.click('confirm-action');
  for (const person of [host, ada, bert]) await person.seesNo('chat-message', 'third');
  await bert.say('fourth');
  await host.hears('fourth');
  await host.command('/clear');
  for (const person of [host, ada, bert]) await person.seesNo('chat-message', 'fourth');
});

step('commands that do not exist or are not allowed say so, and stay in the field', async () => {
  await ada.command('/nonsense');
  await ada.sees('toast-error', '/nonsense');
  assert.equal(await ada.text('chat-input'), '/nonsense');
  await ada.command('/kick bert');
  await ada.sees('toast-error', 'not allowed');
  await ada.command('/help');
  await ada.hears('/msg');
  await ada.command('/me waves');
  await bert.hears('waves');
});

step('hands are seen by all, in the order in which they went up', async () => {
  await bert.click('raise-hand');
  await host.waits(
    () => document.querySelector('[data-username=bert] .hand'),
    'the hand of bert',
  );
  await ada.command('/raise');
  await host.waits(
    () => /1/.test(document.querySelector('[data-username=bert] .hand')?.textContent ?? '') &&
      /2/.test(document.querySelector('[data-username=ada] .hand')?.textContent ?? ''),
    'the hands in order',
  );
  await bert.click('raise-hand');
  await ada.command('/unraise');
  await host.waits(() => !document.querySelector('[data-testid=user-entry] .hand'), 'no hand');
});

step('rights are given and taken, and those concerned are told', async () => {
  await host.chooseFor('ada', 'shutup');
  await ada.sees('toast-warning', 'no longer write');
  await host.chooseFor('ada', 'unshutup');
  await ada.sees('toast-info', 'write in the chat now');
  await host.chooseFor('ada', 'unpresent');
  await ada.waits(() => !document.querySelector('[data-testid=enable-camera]'), 'no camera button');
  await host.chooseFor('ada', 'present');
  await ada.sees('enable-camera');
  await host.chooseFor('ada', 'op');
  await ada.sees('toast-info', 'operator now');
  await ada.command('/unop ada');
  await ada.sees('toast-warning', 'no longer an operator');
});

step('warnings reach one or all, and a mute is felt', async () => {
  await host.command('/warn ada mind the step');
  await ada.sees('toast-warning', 'mind the step');
  await host.command('/wall closing soon');
  await bert.sees('toast-warning', 'closing soon');
  await bert.click('mute');
  await bert.waits(() => document.querySelector('[data-testid=mute][title=Mute]'), 'an open microphone');
  await host.chooseFor('bert', 'mute');
  await bert.sees('toast-warning', 'muted by op');
  await bert.waits(() => document.querySelector('[data-testid=mute][title=Unmute]'), 'a muted microphone');
});

step('captions are shown with the words of whoever writes them', async () => {
  const captioner = await stage.server.join(path.split('/')[2], operator.username, { password: operator.password });
  captioner.send({ type: 'chat', kind: 'caption', source: captioner.id, username: 'op', value: 'spoken words' });
  await ada.sees('captions', 'spoken words');
  captioner.send({ type: 'chat', kind: 'caption', source: captioner.id, username: 'op', value: 'and more of them' });
  await ada.sees('captions', 'spoken wordsand more of them');
  await ada.seesNo('chat-message', 'spoken words');
  captioner.terminate();
});

step('an invitation is made, listed, withdrawn, and then useless', async () => {
  await host.chooseForGroup('invite');
  await host.click('invite-submit');
  await host.sees('invitation-link', '?token=');
  const link = await host.text('invitation-link');
  await host.page.keyboard.press('Escape');
  await host.chooseForGroup('invitations');
  await host.sees('invitation-entry');
  await host.screenshot('invitations');
  await host.click('invitation-revoke');
  await host.page.keyboard.press('Escape');
  const late = await stage.arrive('chromium', link, 'late');
  await late.click('login-submit');
  await late.fill('login-username', 'late');
  await late.click('login-submit');
  await late.sees('login-error', 'invitation was not accepted');
});

step('a lock keeps others out, and is seen by those inside', async () => {
  await host.chooseForGroup('lock');
  await bert.sees('locked');
  await host.chooseForGroup('unlock');
  await bert.seesNo('locked');
});

step('who is removed is told so, and does not come back by himself', async () => {
  await host.chooseFor('bert', 'kick');
  await host.fill('confirm-reason', 'until tomorrow');
  await host.click('confirm-action');
  await bert.sees('login-form');
  await bert.sees('login-error', 'removed: until tomorrow');
  await host.seesUsers('op', 'ada');
});

step('what is set is kept, and shared between visits', async () => {
  await ada.click('open-settings');
  await ada.sees('settings-dialog');
  await ada.page.select('[data-testid=setting-theme]', 'dark');
  await ada.page.select('[data-testid=setting-language]', 'de');
  await ada.sees('settings-dialog', 'Einstellungen');
  await ada.page.keyboard.press('Escape');
  await ada.page.reload();
  await ada.sees('login-form', 'Beitreten');
  assert.deepEqual(
    await ada.page.evaluate(() => [document.documentElement.dataset.theme, document.documentElement.lang]),
    ['dark', 'de'],
  );
});

step('nobody\'s page has thrown anything, broken its policy or asked a stranger', async () => {
  for (const person of stage.people) await person.assertClean();
});
