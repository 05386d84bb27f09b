import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settle, type FakeSocket } from '../packages/protocol/test/fakes';
import { installAlerts } from '../src/call/alerts';
import type { Call } from '../src/call/call';
import { changeInvitation, listInvitations } from '../src/call/invitations';
import { moderationActions } from '../src/call/moderation';
import { setSetting, unsetSetting } from '../src/settings/settings';
import { admit, startCall, stubBrowser, type CallFixture } from './call-fixture';

let fixture: CallFixture;
let call: Call;
let socket: FakeSocket;

const PERMISSIONS = ['op', 'present', 'message', 'token'];

beforeEach(async () => {
  vi.useFakeTimers();
  stubBrowser();
  fixture = await startCall();
  call = fixture.call;
  void call.enter('ada', '');
  socket = await admit(fixture.platform, PERMISSIONS);
  socket.receive({ type: 'user', kind: 'add', id: 'b', username: 'bob', data: { raisehand: 5 } });
  await vi.advanceTimersByTimeAsync(2500);
  socket.take();
});

afterEach(() => {
  call.leave();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('reactions', () => {
  const react = (value: unknown, source = 'b'): void => {
    socket.receive({ type: 'usermessage', kind: 'reaction', source, username: 'bob', value });
  };
  const shown = (): string[] => call.reactions.shown.value.map(({ emoji }) => emoji);

  it('are shown for five seconds', async () => {
    react('👍');
    expect(shown()).toEqual(['👍']);
    await vi.advanceTimersByTimeAsync(5000);
    expect(shown()).toEqual([]);
  });

  it('other than the known ones are not shown, nor a flood of them', () => {
    react('buy things');
    react({ emoji: '👍' });
    react('🎉');
    react('🎉');
    react('👏', 'c');
    expect(shown()).toEqual(['🎉', '👏']);
  });
});

describe('coming and going', () => {
  const user = (kind: string, id: string, username: string): void => {
    socket.receive({ type: 'user', kind, id, username });
  };

  it('is told in one line, which passes', async () => {
    user('add', 'c', 'carol');
    user('add', 'd', '');
    user('delete', 'b', 'bob');
    expect(call.presence.line.value).toBe('');
    await vi.advanceTimersByTimeAsync(600);
    expect(call.presence.line.value).toBe('carol, Anonymous joined. bob left.');
    await vi.advanceTimersByTimeAsync(4000);
    expect(call.presence.line.value).toBe('');
  });

  it('names three and counts the others', async () => {
    for (const name of ['c', 'd', 'e', 'f', 'g']) user('add', name, name);
    await vi.advanceTimersByTimeAsync(600);
    expect(call.presence.line.value).toBe('c, d, e +2 joined.');
  });

  it('does not count those who were there before', () => {
    expect(call.presence.arrivals.value).toBe(0);
  });
});

describe('a raised hand', () => {
  it('is lowered by an operator, whom the server has to vouch for', () => {
    call.raiseHand(true);
    socket.take();
    socket.receive({ type: 'usermessage', kind: 'lowerhand', source: 'b', value: null });
    expect(socket.take()).toEqual([]);
    socket.receive({ type: 'usermessage', kind: 'lowerhand', source: 'b', privileged: true });
    expect(socket.take()).toMatchObject([{ kind: 'setdata', value: { raisehand: null } }]);
  });

  it('of somebody else can be lowered while it is up', () => {
    const bob = call.members.byId('b');
    if (!bob) throw new Error('bob is missing');
    const action = moderationActions(call, bob).find(({ key }) => key === 'lowerhand');
    action?.run();
    expect(socket.take()).toMatchObject([{ type: 'usermessage', kind: 'lowerhand', dest: 'b' }]);
    const keys = moderationActions(call, { ...bob, data: {} }).map(({ key }) => key);
    expect(keys).not.toContain('lowerhand');
  });

  it('is up again after a reconnection, at the same place of the queue', async () => {
    call.raiseHand(true);
    const before = socket.take()[0]?.['value'];
    socket.drop();
    await vi.advanceTimersByTimeAsync(1500);
    socket = await admit(fixture.platform, PERMISSIONS);
    const again = socket.sent.find(({ kind }) => kind === 'setdata');
    expect(again?.['value']).toEqual(before);
  });
});

describe('the list of people', () => {
  it('begins with oneself, is in the order of names and their numbers, and ends with those who have none', async () => {
    for (const [id, username] of [['c', ''], ['d', 'Guest 10'], ['e', 'guest 9'], ['f', 'Äda']] as const) {
      socket.receive({ type: 'user', kind: 'add', id, username });
    }
    await settle();
    expect(call.members.list.value.map(({ username }) => username)).toEqual([
      'ada', 'Äda', 'bob', 'guest 9', 'Guest 10', '',
    ]);
  });
});

describe('the list of invitations', () => {
  const token = { token: 't', group: 'team', username: 'eve', expires: '2999-01-01T00:00:00Z' };
  const answer = (kind: string, value: unknown): void => {
    socket.receive({ type: 'usermessage', kind, privileged: true, value });
  };

  it('is asked for, shown apart from the chat, and follows changes', () => {
    listInvitations(call);
    expect(socket.take()).toMatchObject([{ type: 'groupaction', kind: 'listtokens' }]);
    answer('tokenlist', [token]);
    expect(call.invitationList.value).toMatchObject([{ token: 't', username: 'eve' }]);
    changeInvitation(call, token, -1000);
    expect(socket.take()).toMatchObject([{ kind: 'edittoken', value: { token: 't', expires: -1000 } }]);
    answer('token', { ...token, expires: '2000-01-01T00:00:00Z' });
    expect(call.invitationList.value?.[0]?.expires).toBe('2000-01-01T00:00:00Z');
    expect(call.chat.entries.value).toEqual([]);
    expect(call.invitation.value).toBeUndefined();
  });

  it('does not swallow a new invitation', () => {
    listInvitations(call);
    answer('tokenlist', []);
    answer('token', token);
    expect(call.invitation.value?.token).toBe('t');
  });
});

describe('captions', () => {
  const caption = (type: string, value: string): void => {
    socket.receive({ type, kind: 'caption', id: value, source: 'b', username: 'bob', value });
  };

  it('from before joining are kept to be read, but not shown as live ones are', async () => {
    caption('chathistory', 'before');
    caption('chat', 'now');
    expect(call.captions.lines.value.map(({ text }) => text)).toEqual(['now']);
    expect(call.captions.history.value.map(({ text }) => text)).toEqual(['before', 'now']);
    expect(call.chat.entries.value).toEqual([]);
  });

  it('are not there twice after a reconnection, whose history tells them again', async () => {
    caption('chat', 'now');
    socket.drop();
    await vi.advanceTimersByTimeAsync(1500);
    socket = await admit(fixture.platform, PERMISSIONS);
    caption('chathistory', 'now');
    caption('chathistory', 'meanwhile');
    expect(call.captions.history.value.map(({ text }) => text)).toEqual(['now', 'meanwhile']);
  });

  it('go when an operator deletes what was said: one, those of one author, or all', () => {
    const said = (): string[] => call.captions.history.value.map(({ text }) => text);
    const clear = (value?: unknown): void => {
      socket.receive({ type: 'usermessage', kind: 'clearchat', privileged: true, value });
    };
    for (const words of ['one', 'two', 'three']) caption('chat', words);
    socket.receive({ type: 'chat', kind: 'caption', id: 'x', source: 'c', value: 'else' });
    clear({ userId: 'b', id: 'two' });
    expect(said()).toEqual(['one', 'three', 'else']);
    clear({ userId: 'b' });
    expect(said()).toEqual(['else']);
    expect(call.captions.lines.value.map(({ text }) => text)).toEqual(['else']);
    clear();
    expect(said()).toEqual([]);
  });

  it('stay as three rolling lines until nothing has been said for twelve seconds', async () => {
    const shown = (): string[] => call.captions.lines.value.map(({ text }) => text);
    for (const words of ['one', 'two', 'three', 'four']) {
      caption('chat', words);
      await vi.advanceTimersByTimeAsync(11_000);
    }
    expect(shown()).toEqual(['two', 'three', 'four']);
    await vi.advanceTimersByTimeAsync(1000);
    expect(shown()).toEqual([]);
  });
});

describe('desktop notifications', () => {
  const told: string[][] = [];

  beforeEach(() => {
    told.length = 0;
    const notification = vi.fn((title: string, { body }: { body: string }) => {
      told.push([title, body]);
    });
    vi.stubGlobal('Notification', Object.assign(notification, { permission: 'granted' }));
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    setSetting('notifications', 'messages');
    installAlerts(call);
  });

  afterEach(() => {
    vi.restoreAllMocks();
    unsetSetting('notifications');
  });

  it('tell of messages of others while the page is hidden', async () => {
    const chat = { type: 'chat', kind: '', username: 'bob', value: 'hello' };
    socket.receive({ ...chat, id: '1', source: 'b' });
    socket.receive({ ...chat, id: '2', source: fixture.call.connection?.id });
    socket.receive({ ...chat, id: '3', source: 'b', type: 'chathistory' });
    await settle();
    expect(told).toEqual([['bob · Team', 'hello']]);
    setSetting('notifications', 'off');
    socket.receive({ ...chat, id: '4', source: 'b' });
    expect(told).toHaveLength(1);
  });
});
