import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settle, type FakeSocket } from '../packages/protocol/test/fakes';
import { waitingFor } from '../src/call/refusal';
import {
  admit,
  FakeStream,
  FakeTrack,
  shakeHands,
  socketOf,
  startCall,
  stubBrowser,
  type CallFixture,
} from './call-fixture';

beforeEach(() => {
  vi.useFakeTimers();
  stubBrowser();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const refusal = (value: string, error?: string): object => ({
  type: 'joined',
  kind: 'fail',
  group: 'team',
  value,
  ...(error ? { error } : {}),
});

/** Somebody who was in the group and has lost the connection; the next attempt has shaken hands. */
async function cutOff(query = '', permissions?: string[]): Promise<CallFixture & { again: FakeSocket }> {
  const fixture = await startCall(query);
  void fixture.call.enter('ada', 'secret');
  const first = await admit(fixture.platform, permissions);
  fixture.call.publishing.adopt(new FakeStream([new FakeTrack('audio')]) as unknown as MediaStream);
  first.drop();
  await vi.advanceTimersByTimeAsync(1500);
  return { ...fixture, again: await shakeHands(fixture.platform) };
}

describe('a refusal on the way back', () => {
  it.each([
    ['too many users', /waiting for a place/i],
    ['this group is locked', /until an operator unlocks/i],
    ['there are no operators in this group', /without an operator/i],
    ['internal server error', /problem with this group/i],
    ['the server is busy: try again in a moment', /server is busy/i],
    ['too many failed attempts: try again later', /too many failed/i],
    ['Back at noon', /Back at noon/],
    ['server is shutting down', /Reconnecting/],
  ])('of the kind “%s” is waited out, and said', async (text, told) => {
    const { call, platform, again } = await cutOff();
    again.receive(refusal(text));
    expect([call.phase.value, again.closedWith]).toEqual(['reconnecting', 1000]);
    expect(call.waiting.value).toMatch(told);
    again.drop(1000);
    await vi.advanceTimersByTimeAsync(3000);
    const third = await admit(platform);
    expect([call.phase.value, call.waiting.value]).toEqual(['joined', '']);
    expect(third.sent.find(({ type }) => type === 'join')).toMatchObject({ username: 'ada', password: 'secret' });
    expect(third.sent.filter(({ type }) => type === 'offer')).toHaveLength(1);
  });

  it.each([
    ['not authorised', /check the name/i],
    ['group does not exist', /no longer exists/i],
    ['this group is closed', /is closed/i],
    ['this group is not open yet', /not open yet/i],
  ])('of the kind “%s” ends it with an explanation', async (text, told) => {
    const { call, platform, again } = await cutOff();
    again.receive(refusal(text));
    expect([call.phase.value, call.publishing.all.length]).toEqual(['login', 0]);
    expect(call.loginError.value).toMatch(told);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(platform.sockets).toHaveLength(2);
  });

  it('at the first login is no reason to wait', async () => {
    const { call, platform } = await startCall();
    void call.enter('ada', 'secret');
    (await shakeHands(platform)).receive(refusal('too many users'));
    expect(call.phase.value).toBe('login');
    expect(call.wrongPassword.value).toBe(false);
  });

  it('is waited out until the user has had enough', async () => {
    const { call, platform, again } = await cutOff();
    again.receive(refusal('too many users'));
    call.leave();
    expect([call.phase.value, call.waiting.value]).toEqual(['login', '']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(platform.sockets).toHaveLength(2);
  });

  it('that lasts is given as the reason in the end', async () => {
    const { call, platform, again } = await cutOff();
    let socket = again;
    for (let attempt = 0; attempt < 60 && call.phase.value === 'reconnecting'; attempt += 1) {
      socket.receive(refusal('too many users'));
      await vi.advanceTimersByTimeAsync(20_000);
      if (call.phase.value === 'reconnecting') socket = await shakeHands(platform);
    }
    expect(call.phase.value).toBe('login');
    expect(call.loginError.value).toMatch(/group is full/i);
    expect(call.publishing.all).toEqual([]);
  });

  it('with an identifier is never waited out', () => {
    expect(waitingFor({ error: 'duplicate-username', value: 'taken' })).toBeUndefined();
    expect(waitingFor({})).toBeUndefined();
  });

  it('may be a move: the group is followed to its new address', async () => {
    const { call, again } = await cutOff();
    again.receive({ type: 'joined', kind: 'redirect', group: 'team', value: 'javascript:alert(1)' });
    expect(call.phase.value).toBe('login');
    expect(call.loginError.value).toMatch(/makes no sense/);
  });
});

describe('waiting in front of the group', () => {
  it('is offered where it may help, and leads in without the words for coming back', async () => {
    const { call, platform } = await startCall();
    void call.enter('ada', 'secret');
    const first = await shakeHands(platform);
    first.receive(refusal('there are no operators in this group'));
    first.drop(1000);
    expect([call.phase.value, call.mayWait.value]).toEqual(['login', true]);
    const media = new FakeStream([new FakeTrack('audio')]) as unknown as MediaStream;
    void call.enter('ada', 'secret', media, true);
    const second = await shakeHands(platform);
    second.receive(refusal('there are no operators in this group'));
    second.drop(1000);
    expect(call.phase.value).toBe('connecting');
    await vi.advanceTimersByTimeAsync(1500);
    socketOf(platform).drop();
    expect(call.phase.value).toBe('connecting');
    await vi.advanceTimersByTimeAsync(3000);
    await admit(platform);
    expect([call.phase.value, call.publishing.all.length]).toEqual(['joined', 1]);
    expect(call.notices.shown.value).toEqual([]);
  });

  it('ends when the user has had enough, and with a refusal that lasts', async () => {
    const { call, platform } = await startCall();
    void call.enter('ada', 'secret', undefined, true);
    (await shakeHands(platform)).receive(refusal('too many users'));
    call.leave();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([call.phase.value, platform.sockets.length]).toEqual(['login', 1]);
    void call.enter('ada', 'wrong', undefined, true);
    (await shakeHands(platform)).receive(refusal('not authorised'));
    expect([call.phase.value, call.mayWait.value]).toEqual(['login', false]);
  });
});

describe('coming back', () => {
  it('with fewer rights stops what may no longer be sent, and says so', async () => {
    const { call, again } = await cutOff();
    const [handshake] = again.sent;
    again.receive({
      type: 'joined',
      kind: 'join',
      group: 'team',
      username: 'ada',
      permissions: ['message'],
      status: { name: 'team' },
      rtcConfiguration: {},
    });
    again.receive({ type: 'user', kind: 'add', id: handshake?.['id'], username: 'ada', permissions: [] });
    await settle();
    expect(call.publishing.all).toEqual([]);
    expect(again.sent.some(({ type }) => type === 'offer')).toBe(false);
    expect(call.notices.shown.value.map(({ text }) => text)).toContain('You may no longer send audio and video.');
  });

  it('uses the invitation again', async () => {
    const { call, again } = await cutOff('?token=abc');
    expect(again.sent.find(({ type }) => type === 'join')).toMatchObject({ token: 'abc' });
    expect(call.phase.value).toBe('reconnecting');
  });

  it('shows the raised hand again', async () => {
    const { call, platform, again } = await cutOff();
    call.leave();
    again.drop(1000);
    void call.enter('ada', 'secret');
    const inside = await admit(platform);
    call.raiseHand(true);
    inside.drop();
    await vi.advanceTimersByTimeAsync(1500);
    const back = await admit(platform);
    expect(back.sent.find(({ kind }) => kind === 'setdata')?.['value']).toHaveProperty('raisehand');
  });

  it('tries at once when the page is looked at again', async () => {
    const { platform, again } = await cutOff();
    again.drop();
    expect(platform.sockets).toHaveLength(2);
    document.dispatchEvent(new Event('visibilitychange'));
    await settle();
    expect(platform.sockets).toHaveLength(3);
  });
});

describe('an invitation', () => {
  it('is still there when the tab loads the page again, until it is refused', async () => {
    const { call, platform } = await startCall('?token=abc');
    call.leave();
    const reloaded = await startCall();
    expect([reloaded.call.wayIn.invited.value, reloaded.call.wayIn.kind.value]).toEqual([true, 'token']);
    void reloaded.call.enter('', '');
    expect(platform.sockets).toHaveLength(0);
    (await shakeHands(reloaded.platform)).receive(refusal('not authorised'));
    expect((await startCall()).call.wayIn.invited.value).toBe(false);
  });

  it('holds for its own group only', async () => {
    await startCall('?token=abc');
    expect(sessionStorage.getItem('halcyon-invitation')).toContain('/group/team/');
    sessionStorage.setItem('halcyon-invitation', JSON.stringify({ path: '/group/other/', token: 'abc' }));
    expect((await startCall()).call.wayIn.invited.value).toBe(false);
  });

  it('with a name beside the token asks with that name filled in, and sends both', async () => {
    const { call, platform } = await startCall('?token=abc&username=Ada%20L');
    expect([call.wayIn.kind.value, call.wayIn.suggestedName.value]).toEqual(['token-name', 'Ada L']);
    expect(window.location.search).toBe('');
    void call.enter('Ada L', '');
    expect((await shakeHands(platform)).take()[1]).toMatchObject({ token: 'abc', username: 'Ada L' });
  });
});

describe('what was typed', () => {
  it('is of no further use only if it was refused', async () => {
    const { call, platform } = await startCall();
    void call.enter('ada', 'wrong');
    (await shakeHands(platform)).receive(refusal('not authorised'));
    expect(call.wrongPassword.value).toBe(true);
    void call.enter('ada', 'right');
    expect(call.wrongPassword.value).toBe(false);
    await settle();
    socketOf(platform).drop();
    await settle();
    expect([call.phase.value, call.wrongPassword.value]).toEqual(['login', false]);
  });
});

describe('a login server', () => {
  it.each([
    [403, '', /did not accept/, true],
    [404, '', /makes no sense/, false],
    [200, 'text/html', /makes no sense/, false],
    [503, '', /could not be reached/, false],
  ])('that answers %i %s is explained', async (status, type, told, wrong) => {
    stubBrowser({ name: 'team', authServer: 'https://auth.example.org/' });
    const { call, platform } = await startCall();
    const headers: HeadersInit = type ? { 'Content-Type': type } : [];
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('<p>', { status, headers })));
    void call.enter('ada', 'secret');
    await settle();
    expect(call.loginError.value).toMatch(told);
    expect([call.wrongPassword.value, platform.sockets.length]).toEqual([wrong, 0]);
  });

  it('that never answers can be given up', async () => {
    stubBrowser({ name: 'team', authServer: 'https://auth.example.org/' });
    const { call, platform } = await startCall();
    vi.stubGlobal('fetch', () => new Promise(() => undefined));
    void call.enter('ada', 'secret');
    await settle();
    expect(call.phase.value).toBe('connecting');
    call.leave();
    expect([call.phase.value, call.loginError.value, platform.sockets.length]).toEqual(['login', '', 0]);
  });
});

describe('a portal', () => {
  it('is not given the invitation of an earlier visit: it has a fresh one', async () => {
    await startCall('?token=old');
    stubBrowser({ name: 'team', authPortal: 'https://portal.example.org/' });
    sessionStorage.setItem('halcyon-invitation', JSON.stringify({ path: '/group/team/', token: 'old' }));
    const { call } = await startCall();
    expect([call.phase.value, call.wayIn.invited.value]).toEqual(['loading', false]);
  });
});
