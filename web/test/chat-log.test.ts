import type { ChatMessage } from '@halcyon/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { ChatLog, continues, messageText } from '../src/call/chat-log';

const message = (changes: Partial<ChatMessage> = {}): ChatMessage => ({
  type: 'chat',
  kind: '',
  id: 'm1',
  source: 'bob-id',
  username: 'bob',
  privileged: false,
  time: new Date('2026-07-01T12:00:00Z'),
  value: 'hello',
  ...changes,
});

let log: ChatLog;
const add = (changes: Partial<ChatMessage> = {}): void => {
  log.add(message(changes), 'own-id', () => 'somebody');
};
const texts = (): string[] => log.entries.value.map((entry) => entry.text);

beforeEach(() => {
  log = new ChatLog();
});

describe('the chat', () => {
  it('counts what arrives while nobody looks, own messages and history apart', () => {
    log.visible = false;
    add();
    add({ source: 'own-id' });
    add({ type: 'chathistory', id: 'm0' });
    expect(log.unread.value).toBe(1);
    log.seen();
    expect(log.unread.value).toBe(0);
  });

  it('does not repeat its history after a reconnection', () => {
    add();
    add({ type: 'chathistory' });
    add({ type: 'chathistory', id: 'm2', value: 'missed' });
    expect(texts()).toEqual(['hello', 'missed']);
  });

  it('forgets one message, one author, or everything', () => {
    add();
    add({ id: 'm2', value: 'two' });
    add({ id: 'm2', source: 'eve-id', value: 'of eve' });
    log.clear('bob-id', 'm2');
    expect(texts()).toEqual(['hello', 'of eve']);
    log.clear('bob-id');
    expect(texts()).toEqual(['of eve']);
    log.clear();
    expect(texts()).toEqual([]);
  });

  it('keeps a thousand messages', () => {
    for (let i = 0; i < 1001; i++) add({ id: String(i), value: String(i) });
    expect(log.entries.value).toHaveLength(1000);
    expect(texts()[0]).toBe('1');
  });

  it('names the recipient of a private message', () => {
    add({ dest: 'own-id' });
    log.addOwnPrivate('psst', 'own-id', 'ada', 'bob');
    expect(log.entries.value.map(({ recipient, own }) => [recipient, own])).toEqual([
      ['somebody', false],
      ['bob', true],
    ]);
  });
});

describe('messages of one author', () => {
  it('share a header within a minute', () => {
    add();
    add({ id: 'm2', time: new Date('2026-07-01T12:01:00Z') });
    add({ id: 'm3', time: new Date('2026-07-01T12:02:01Z') });
    add({ id: 'm4', time: new Date('2026-07-01T12:02:02Z'), kind: 'me' });
    add({ id: 'm5', time: new Date('2026-07-01T12:02:03Z') });
    const entries = log.entries.value;
    const shared = entries.map((entry, index) => continues(entries[index - 1], entry));
    expect(shared).toEqual([false, true, false, false, false]);
  });
});

describe('a message of any type', () => {
  it.each([
    ['text', 'text'],
    [undefined, ''],
    [null, 'null'],
    [{ a: 1 }, '{"a":1}'],
  ])('%j becomes text', (value, text) => {
    expect(messageText(value)).toBe(text);
  });

  it('is cut if it is endless', () => {
    expect(messageText('x'.repeat(100_000)).length).toBe(20_001);
  });
});
