import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settle, type FakeSocket } from '../packages/protocol/test/fakes';
import type { Call } from '../src/call/call';
import { admit, startCall, stubBrowser } from './call-fixture';

let call: Call;
let socket: FakeSocket;

/** A transfer message of bob. */
function bob(value: Record<string, unknown>): void {
  socket.receive({ type: 'usermessage', kind: 'filetransfer', source: 'b', username: 'bob', dest: 'a', value });
}
const offer = (id: string, version = ['1']): void => {
  bob({ type: 'invite', version, id, name: `${id}.txt`, size: 10, mimetype: 'text/plain' });
};
const sent = (): unknown[] => socket.take().map(({ value }) => value);
const listed = (): string[] => call.transfers.list.value.map(({ fileName, state }) => `${fileName} ${state.value}`);

beforeEach(async () => {
  vi.useFakeTimers();
  stubBrowser();
  const fixture = await startCall();
  call = fixture.call;
  void call.enter('ada', '');
  socket = await admit(fixture.platform, ['present', 'message']);
  socket.receive({ type: 'user', kind: 'add', id: 'b', username: 'bob' });
  await vi.advanceTimersByTimeAsync(2500);
  socket.take();
});

afterEach(() => {
  call.leave();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('a file of one’s own', () => {
  const offered = (): string[] => {
    const member = call.members.byId('b');
    if (!member) throw new Error('bob is missing');
    call.transfers.offer(member, new File(['ten bytes!'], 'letter.txt'));
    return socket.take().map(({ type }) => type);
  };
  const error = { type: 'usermessage', kind: 'error', privileged: true, value: 'this user does not chat' };

  it('that cannot be offered to somebody is cancelled with the server’s words', async () => {
    expect(offered()).toEqual(['ping', 'usermessage', 'ping']);
    for (const message of [{ type: 'pong' }, error, { type: 'pong' }]) socket.receive(message);
    await settle();
    expect(listed()).toEqual(['letter.txt cancelled']);
    expect(call.transfers.list.value[0]?.reason.value).toBe('this user does not chat');
  });

  it('waits for the answer once the server has passed the offer on', async () => {
    offered();
    for (const message of [{ type: 'pong' }, { type: 'pong' }, error]) socket.receive(message);
    await settle();
    expect(listed()).toEqual(['letter.txt offered']);
  });
});

describe('files of others', () => {
  it('offered in an unknown way are refused, and both sides learn why', () => {
    offer('a', ['2']);
    expect(sent()).toEqual([{ type: 'cancel', id: 'a', message: 'unknown version' }]);
    expect(call.notices.shown.value.at(-1)?.text).toMatch(/bob offers you a\.txt .* reload the page/);
    expect(listed()).toEqual([]);
  });

  it('that are over stay to be read when others come, the latest three of them', () => {
    for (const id of ['a', 'b', 'c', 'd']) {
      offer(id);
      bob({ type: 'cancel', id });
    }
    offer('e');
    expect(listed()).toEqual(['b.txt cancelled', 'c.txt cancelled', 'd.txt cancelled', 'e.txt offered']);
  });

  it('that are over take no room from those to come', () => {
    for (let count = 0; count < 40; count++) {
      offer(`x${String(count)}`);
      bob({ type: 'cancel', id: `x${String(count)}` });
    }
    expect(sent()).toEqual([]);
    for (let count = 0; count < 33; count++) offer(`y${String(count)}`);
    expect(sent()).toEqual([{ type: 'cancel', id: 'y32', message: 'refused' }]);
  });

  it('end when their sender leaves, and outlive the deletion of the chat', () => {
    offer('a');
    socket.receive({ type: 'usermessage', kind: 'clearchat', privileged: true });
    expect(listed()).toEqual(['a.txt offered']);
    socket.receive({ type: 'user', kind: 'delete', id: 'b', username: 'bob' });
    expect(listed()).toEqual(['a.txt cancelled']);
  });
});
