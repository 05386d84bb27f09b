import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settle } from '../packages/protocol/test/fakes';
import { setSetting } from '../src/settings/settings';
import { admit, FakeStream, FakeTrack, shakeHands, socketOf, startCall, stubBrowser } from './call-fixture';

beforeEach(() => {
  vi.useFakeTimers();
  stubBrowser();
  setSetting('localMute', false);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('logging in', () => {
  it('sends name and password and asks for media once inside', async () => {
    const { call, platform } = await startCall();
    expect(call.wayIn.kind.value).toBe('password');
    void call.enter(' ada ', 'secret');
    const socket = await admit(platform);
    const types = socket.take();
    expect(types[1]).toEqual({
      type: 'join',
      kind: 'join',
      group: 'team',
      username: 'ada',
      password: 'secret',
    });
    expect(types[2]).toEqual({ type: 'request', request: { '': ['audio', 'video'] } });
    expect(call.phase.value).toBe('joined');
  });

  it('says what to do when the credentials are refused', async () => {
    const { call, platform } = await startCall();
    void call.enter('ada', 'wrong');
    const socket = await shakeHands(platform);
    socket.receive({ type: 'joined', kind: 'fail', group: 'team', value: 'not authorised' });
    expect(call.phase.value).toBe('login');
    expect(call.loginError.value).toMatch(/check the name, the password/i);
    expect(socket.closedWith).toBe(1000);
  });

  it('passes on the message of a locked group', async () => {
    const { call, platform } = await startCall();
    void call.enter('ada', '');
    const socket = await shakeHands(platform);
    socket.receive({ type: 'joined', kind: 'fail', group: 'team', value: 'back at noon' });
    expect(call.loginError.value).toMatch(/back at noon/);
  });

  it('reports an unreachable server', async () => {
    const { call, platform } = await startCall();
    void call.enter('ada', '');
    await settle();
    socketOf(platform).drop();
    await settle();
    expect(call.phase.value).toBe('login');
    expect(call.loginError.value).toMatch(/could not be reached/);
  });
});

describe('an invitation link', () => {
  it('is taken out of the address, and asks for a name only if the token has none', async () => {
    const { call, platform } = await startCall('?token=abc');
    expect(window.location.search).toBe('');
    expect(call.wayIn.kind.value).toBe('token');
    void call.enter('', '');
    const first = await shakeHands(platform);
    expect(first.take()[1]).toEqual({ type: 'join', kind: 'join', group: 'team', token: 'abc' });
    first.receive({ type: 'joined', kind: 'fail', error: 'need-username', group: 'team' });
    expect(call.wayIn.kind.value).toBe('token-name');
    void call.enter('ada', '');
    const second = await shakeHands(platform);
    expect(second.take()[1]).toMatchObject({ token: 'abc', username: 'ada' });
  });

  it('survives the choice of a reserved name', async () => {
    const { call, platform } = await startCall('?token=abc');
    void call.enter('', '');
    const socket = await shakeHands(platform);
    socket.receive({ type: 'joined', kind: 'fail', error: 'duplicate-username', group: 'team' });
    expect(call.loginError.value).toMatch(/reserved/);
    void call.enter('other', '');
    expect((await shakeHands(platform)).take()[1]).toMatchObject({ token: 'abc', username: 'other' });
  });
});

describe('an invitation link', () => {
  const signed = (claims: object): string =>
    [{ typ: 'JWT', alg: 'HS256' }, claims, 'signature']
      .map((part) => btoa(JSON.stringify(part)).replaceAll('=', ''))
      .join('.');

  it('with a signed token says whom it is for', async () => {
    const { call } = await startCall(`?token=${signed({ sub: 'ada' })}`);
    expect([call.wayIn.kind.value, call.wayIn.invitedAs.value]).toEqual(['token', 'ada']);
  });

  it('with a signed token for nobody asks for a name at once', async () => {
    const token = signed({ permissions: ['present'] });
    const { call, platform } = await startCall(`?token=${token}`);
    expect(call.wayIn.kind.value).toBe('token-name');
    void call.enter('ada', '');
    expect((await shakeHands(platform)).take()[1]).toMatchObject({ token, username: 'ada' });
  });

  it('leaves the choice of a password, and of coming back to it', async () => {
    const { call, platform } = await startCall('?token=abc');
    call.useInvitation(false);
    expect(call.wayIn.kind.value).toBe('password');
    void call.enter('ada', 'secret');
    const socket = await shakeHands(platform);
    expect(socket.take()[1]).toEqual({
      type: 'join',
      kind: 'join',
      group: 'team',
      username: 'ada',
      password: 'secret',
    });
    socket.receive({ type: 'joined', kind: 'fail', group: 'team', value: 'not authorised' });
    call.useInvitation(true);
    void call.enter('', '');
    expect((await shakeHands(platform)).take()[1]).toMatchObject({ token: 'abc' });
  });
});

describe('a group with an authorisation server', () => {
  it('turns name and password into a token there', async () => {
    stubBrowser({ name: 'team', authServer: 'https://auth.example.org/' });
    const { call, platform } = await startCall();
    const asked: unknown[] = [];
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      asked.push([url, JSON.parse(init.body as string)]);
      return Promise.resolve(
        new Response('jwt', { headers: { 'Content-Type': 'Application/JWT; charset=utf-8' } }),
      );
    });
    void call.enter('ada', 'secret');
    const socket = await shakeHands(platform);
    expect(socket.take()[1]).toEqual({
      type: 'join',
      kind: 'join',
      group: 'team',
      username: 'ada',
      token: 'jwt',
    });
    const location = 'http://localhost:3000/group/team/';
    expect(asked).toEqual([
      ['https://auth.example.org/', { location, username: 'ada', password: 'secret' }],
    ]);
  });
});

describe('a group with a portal', () => {
  const status = { name: 'team', authPortal: 'https://portal.example.org/' };

  it('is not left by whoever has a token, who finds the portal again when the token is refused', async () => {
    stubBrowser(status);
    const { call, platform } = await startCall('?token=old');
    expect(call.phase.value).toBe('login');
    void call.enter('', '');
    const socket = await shakeHands(platform);
    socket.receive({ type: 'joined', kind: 'fail', group: 'team', value: 'not authorised' });
    expect(call.loginError.value).toMatch(/invitation was not accepted/);
    expect(call.portal).toBe('https://portal.example.org/');
  });

  it('is not sent to an address that is no web page', async () => {
    stubBrowser({ name: 'team', authPortal: 'javascript:alert(1)' });
    const { call } = await startCall();
    expect(call.portal).toBeUndefined();
    expect(call.phase.value).toBe('login');
  });
});

describe('a lost connection', () => {
  it('outlasts an authorisation server that cannot be reached either', async () => {
    stubBrowser({ name: 'team', authServer: 'https://auth.example.org/' });
    const { call, platform } = await startCall();
    let reachable = true;
    vi.stubGlobal('fetch', () =>
      reachable
        ? Promise.resolve(new Response(null, { status: 204 }))
        : Promise.reject(new TypeError('offline')),
    );
    void call.enter('ada', 'secret');
    const first = await admit(platform);
    reachable = false;
    first.drop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(call.phase.value).toBe('reconnecting');
    reachable = true;
    await vi.advanceTimersByTimeAsync(10_000);
    await admit(platform);
    expect(call.phase.value).toBe('joined');
  });

  it('is restored with the same credentials, and what was sent is sent again', async () => {
    const { call, platform } = await startCall();
    void call.enter('ada', 'secret');
    const first = await admit(platform);
    call.publishing.adopt(new FakeStream([new FakeTrack('audio')]) as unknown as MediaStream);
    await settle();
    expect(first.sent.filter(({ type }) => type === 'offer')).toHaveLength(1);
    first.drop();
    expect(call.phase.value).toBe('reconnecting');
    await vi.advanceTimersByTimeAsync(1500);
    const second = await admit(platform);
    expect(second).not.toBe(first);
    expect(call.phase.value).toBe('joined');
    expect(second.sent.find(({ type }) => type === 'join')).toMatchObject({ password: 'secret' });
    expect(second.sent.filter(({ type }) => type === 'offer')).toHaveLength(1);
    expect(call.tiles.all.value).toHaveLength(1);
  });

  it('keeps trying until the user gives up', async () => {
    const { call, platform } = await startCall();
    void call.enter('ada', '');
    (await admit(platform)).drop();
    for (const wait of [1500, 3000, 6000]) {
      const attempts = platform.sockets.length;
      await vi.advanceTimersByTimeAsync(wait);
      expect(platform.sockets).toHaveLength(attempts + 1);
      socketOf(platform).drop();
      await settle();
    }
    call.leave();
    const attempts = platform.sockets.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(platform.sockets).toHaveLength(attempts);
    expect(call.phase.value).toBe('login');
  });

  it('is restored when the server was shut down, however politely', async () => {
    const { call, platform } = await startCall();
    void call.enter('ada', '');
    const socket = await admit(platform);
    const value = 'server is shutting down';
    socket.receive({ type: 'usermessage', kind: 'kicked', privileged: true, value });
    socket.drop(1000);
    expect(call.phase.value).toBe('reconnecting');
    await vi.advanceTimersByTimeAsync(1500);
    await admit(platform);
    expect(call.phase.value).toBe('joined');
  });

  it('is not restored after being removed', async () => {
    const { call, platform } = await startCall();
    void call.enter('ada', '');
    const socket = await admit(platform);
    socket.receive({ type: 'usermessage', kind: 'kicked', privileged: true, value: 'enough' });
    socket.drop(1000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(platform.sockets).toHaveLength(1);
    expect(call.phase.value).toBe('login');
    expect(call.loginError.value).toBe('You have been removed: enough');
  });
});

describe('leaving', () => {
  it('stops the devices', async () => {
    const { call, platform } = await startCall();
    void call.enter('ada', '');
    await admit(platform);
    await call.publishing.setDevices({ audio: true, video: true });
    const tracks = call.publishing.camera.value?.media.getTracks() ?? [];
    expect(tracks.map(({ readyState }) => readyState)).toEqual(['live', 'live']);
    call.leave();
    expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'ended']);
    expect(call.tiles.all.value).toEqual([]);
  });
});

describe('changed rights', () => {
  it('are announced, and without the right to present nothing is sent', async () => {
    const { call, platform } = await startCall();
    void call.enter('ada', '');
    const socket = await admit(platform);
    await call.publishing.setDevices({ audio: true, video: false });
    await settle();
    const change = { type: 'joined', kind: 'change', group: 'team', username: 'ada' };
    socket.receive({ ...change, permissions: ['message'], status: { name: 'team' } });
    socket.receive({ type: 'abort', id: call.publishing.camera.value?.stream?.id });
    expect(call.publishing.camera.value).toBeUndefined();
    expect(call.notices.shown.value.at(-1)?.text).toMatch(/no longer send/);
  });
});
