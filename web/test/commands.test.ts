import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settle, type FakeSocket } from '../packages/protocol/test/fakes';
import type { Call } from '../src/call/call';
import { submitChat } from '../src/call/commands';
import { CommandError, splitArgument } from '../src/call/commands/command';
import { parseExpiration, tokenFrom } from '../src/call/commands/expiration';
import { settings, unsetSetting } from '../src/settings/settings';
import { admit, startCall, stubBrowser } from './call-fixture';

describe('an argument', () => {
  it.each([
    ['bob hello', 'bob', 'hello'],
    ['  bob', 'bob', ''],
    ['"Ada L" hi', 'Ada L', 'hi'],
    ["'it is' x", 'it is', 'x'],
    ['a\\ b c', 'a b', 'c'],
    ["'' 2d", '', '2d'],
    ['"open', 'open', ''],
    ['', undefined, ''],
  ])('of %j is %j', (text, first, rest) => {
    expect(splitArgument(text)).toEqual([first, rest]);
  });
});

describe('an expiration', () => {
  it.each([
    ['90s', 90_000],
    ['5 min', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['1mon', 2_678_400_000],
    ['1yr', 31_536_000_000],
    ['2026-07-01T00:00:00Z', '2026-07-01T00:00:00.000Z'],
  ])('%s', (text, value) => {
    expect(parseExpiration(text)).toBe(value);
  });

  it.each(['soon', '3 weeks', ''])('cannot be %j', (text) => {
    expect(() => parseExpiration(text)).toThrow(CommandError);
  });
});

describe('an invitation', () => {
  it('is given by its link or its token', () => {
    expect(tokenFrom('https://a.org/group/x/?token=a%2Bb')).toBe('a+b');
    expect(tokenFrom('abc')).toBe('abc');
    expect(() => tokenFrom('https://a.org/')).toThrow(CommandError);
  });
});

describe('what is written in the chat', () => {
  let call: Call;
  let socket: FakeSocket;

  const enter = async (permissions: string[]): Promise<void> => {
    const started = await startCall();
    call = started.call;
    void call.enter('ada', '');
    socket = await admit(started.platform, permissions);
    socket.receive({ type: 'user', kind: 'add', id: 'b', username: 'Bob B' });
    await settle();
    socket.take();
  };
  /** What was sent, without the pings that tell what became of private messages. */
  const sent = (): Record<string, unknown>[] =>
    socket
      .take()
      .filter(({ type }) => type !== 'ping')
      .map(({ source: _source, username: _username, ...rest }) => rest);

  beforeEach(async () => {
    stubBrowser();
    await enter(['op', 'present', 'message', 'token']);
  });

  afterEach(() => {
    call.leave();
    vi.unstubAllGlobals();
  });

  it.each([
    ['hello', { type: 'chat', value: 'hello' }],
    ['//etc', { type: 'chat', value: '/etc' }],
    ['/me waves', { type: 'chat', kind: 'me', value: 'waves' }],
    ['/msg "Bob B" psst', { type: 'chat', dest: 'b', value: 'psst' }],
    ['/kick b go away', { type: 'useraction', kind: 'kick', dest: 'b', value: 'go away' }],
    ['/op b', { type: 'useraction', kind: 'op', dest: 'b' }],
    ['/lock until noon', { type: 'groupaction', kind: 'lock', value: 'until noon' }],
    ['/clear', { type: 'groupaction', kind: 'clearchat' }],
    ['/muteall', { type: 'usermessage', kind: 'mute', noecho: true, value: null }],
    ['/wall attention', { type: 'usermessage', kind: 'warning', value: 'attention' }],
    [
      '/invite bob 2h',
      {
        type: 'groupaction',
        kind: 'maketoken',
        value: {
          group: 'team',
          permissions: ['present', 'message'],
          expires: 7_200_000,
          username: 'bob',
        },
      },
    ],
    [
      '/revoke abc',
      { type: 'groupaction', kind: 'edittoken', value: { token: 'abc', expires: -1000 } },
    ],
  ])('%s', (text, message) => {
    expect(submitChat(call, text, undefined)).toBe(true);
    expect(sent()).toEqual([message]);
  });

  it.each([
    '/nonsense',
    '/msg nobody hello',
    '/msg',
    '/msg b',
    '/wall',
    '/record',
    '/sendfile ada',
    '/set colour red',
    '/set send fast',
  ])('%s is refused with a reason, and nothing is sent', (text) => {
    expect(submitChat(call, text, undefined)).toBe(false);
    expect(call.notices.shown.value).toHaveLength(1);
    expect(sent()).toEqual([]);
  });

  it('goes to one person in a private conversation, and is shown here too', () => {
    expect(submitChat(call, 'psst', 'b')).toBe(true);
    expect(sent()).toEqual([{ type: 'chat', dest: 'b', value: 'psst' }]);
    expect(call.chat.entries.value.at(-1)).toMatchObject({ own: true, recipient: 'Bob B' });
  });

  it('is refused without the right to write', async () => {
    await enter([]);
    expect(submitChat(call, 'hello', undefined)).toBe(false);
    expect(sent()).toEqual([]);
  });

  it('changes settings', () => {
    expect(submitChat(call, '/set blackboardMode', undefined)).toBe(true);
    expect(settings.value.blackboardMode).toBe(true);
    unsetSetting('blackboardMode');
  });

  it('lists what the user may use', () => {
    submitChat(call, '/help', undefined);
    const text = call.chat.entries.value.at(-1)?.text ?? '';
    expect(text).toMatch(/^\/kick user/m);
    expect(text).not.toMatch(/^\/record/m);
  });
});
