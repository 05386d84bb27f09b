import { describe, expect, it } from 'vitest';
import { MAX_LIST_LENGTH, MAX_MESSAGE_LENGTH, readServerMessage } from '../src/index.js';

const read = (value: unknown) => readServerMessage(JSON.stringify(value));

describe('readServerMessage', () => {
  it('reads a joined message as the server writes it', () => {
    const result = readServerMessage(
      '{"type":"joined","kind":"join","group":"team","username":"ada","permissions":["op","present",' +
        '"message","caption","token"],"status":{"name":"team","displayName":"The Team","clientCount":2},' +
        '"rtcConfiguration":{"iceServers":[{"urls":["turn:192.0.2.1:1194","turn:192.0.2.1:1194?transport=tcp"],' +
        '"username":"u","credential":"p","credentialType":"password"}]}}',
    );
    expect(result).toEqual({
      ok: true,
      message: {
        type: 'joined',
        kind: 'join',
        group: 'team',
        username: 'ada',
        permissions: ['op', 'present', 'message', 'caption', 'token'],
        status: { name: 'team', displayName: 'The Team', clientCount: 2 },
        rtcConfiguration: {
          iceServers: [
            {
              urls: ['turn:192.0.2.1:1194', 'turn:192.0.2.1:1194?transport=tcp'],
              username: 'u',
              credential: 'p',
            },
          ],
        },
      },
    });
  });

  it('treats null as missing', () => {
    const result = read({ type: 'chat', kind: null, source: null, id: 'x', value: 'hi', time: null });
    expect(result).toEqual({
      ok: true,
      message: { type: 'chat', kind: '', id: 'x', privileged: false, value: 'hi' },
    });
  });

  it('reads times with offsets and leaves out what is no time', () => {
    const chat = { type: 'chat', value: '' };
    expect(read({ ...chat, time: '2026-07-01T12:00:00+02:00' })).toMatchObject({
      message: { time: new Date('2026-07-01T10:00:00Z') },
    });
    const result = read({ ...chat, time: 'yesterday' });
    expect(result.ok && 'time' in result.message).toBe(false);
  });

  it('drops ICE servers no browser would accept', () => {
    const configuration = {
      iceServers: [
        { urls: ['turn:192.0.2.1'] },
        { urls: 'stun:192.0.2.2' },
        { urls: ['javascript:alert(1)'], username: 'u', credential: 'c' },
      ],
    };
    expect(
      read({ type: 'joined', kind: 'join', group: 'g', rtcConfiguration: configuration }),
    ).toMatchObject({
      message: { rtcConfiguration: { iceServers: [{ urls: ['stun:192.0.2.2'] }] } },
    });
  });

  it.each([
    ['a number for a name', { type: 'user', kind: 'add', id: 'a', username: 3 }],
    ['a user without id', { type: 'user', kind: 'add' }],
    ['an unknown kind of user message', { type: 'user', kind: 'promote', id: 'a' }],
    ['data that is a list', { type: 'user', kind: 'add', id: 'a', data: [] }],
    ['an offer without sdp', { type: 'offer', id: 'a' }],
    ['an empty stream id', { type: 'close', id: '' }],
    ['an endless id', { type: 'close', id: 'x'.repeat(10_000) }],
    ['ice without candidate', { type: 'ice', id: 'a' }],
    ['a negative line index', { type: 'ice', id: 'a', candidate: { sdpMLineIndex: -1 } }],
    ['a fractional line index', { type: 'ice', id: 'a', candidate: { sdpMLineIndex: 0.5 } }],
    ['an endless candidate', { type: 'ice', id: 'a', candidate: { candidate: 'x'.repeat(9999) } }],
    ['permissions that are no strings', { type: 'joined', kind: 'join', permissions: [1] }],
    [
      'endless permissions',
      { type: 'joined', kind: 'join', permissions: new Array(MAX_LIST_LENGTH + 1).fill('op') },
    ],
    ['servers that are no list', { type: 'joined', kind: 'join', rtcConfiguration: { iceServers: 1 } }],
    ['a privileged that is no boolean', { type: 'chat', privileged: 'yes' }],
  ])('refuses %s', (_name, message) => {
    expect(read(message)).toMatchObject({ ok: false, reason: 'malformed' });
  });

  it.each([
    ['text that is no JSON', 'hello', 'not-json'],
    ['a binary frame', new ArrayBuffer(2), 'not-json'],
    ['a bare number', '1', 'not-an-object'],
    ['an unknown type', '{"type":"poll"}', 'unknown-type'],
    ['no type', '{}', 'unknown-type'],
    ['a prototype key as type', '{"type":"__proto__"}', 'unknown-type'],
    ['an oversized message', ' '.repeat(MAX_MESSAGE_LENGTH + 1), 'too-long'],
  ])('refuses %s', (_name, text, reason) => {
    expect(readServerMessage(text)).toMatchObject({ ok: false, reason });
  });
});
