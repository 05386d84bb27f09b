import { describe, expect, it } from 'vitest';
import { reconnectDelay } from '../src/call/backoff';
import { groupFromPath, groupTitle } from '../src/call/group-page';
import { hasExpired } from '../src/call/invitations';
import { requestFor, wantedAt } from '../src/call/reception';
import { safeFileName } from '../src/call/transfers';
import { toLevel } from '../src/media/level-meter';
import { basicCredentials, passwordAddress } from '../src/pages/password-request';
import { readPublicGroup } from '../src/pages/public-groups';
import { describeTrack, readStats } from '../src/pages/stats-data';
import { bestColumns, lastRowOf, pageCapacity } from '../src/ui/grid';

describe('reconnecting', () => {
  it('waits longer each time, up to a limit', () => {
    expect([0, 1, 2, 3, 4, 9].map((attempt) => reconnectDelay(attempt, 0))).toEqual([
      1000, 2000, 4000, 8000, 15_000, 15_000,
    ]);
    expect(reconnectDelay(0, 1)).toBe(1250);
  });
});

describe('the group', () => {
  it.each([
    ['/group/team/', 'team'],
    ['/group/team/inner/', 'team/inner'],
    ['/group/caf%C3%A9/', 'café'],
    ['/group/100%/', '100%'],
  ])('of %s is %s', (path, name) => {
    expect(groupFromPath(path)).toBe(name);
  });

  it('is titled by its display name, else by its name with a capital', () => {
    expect(groupTitle({ displayName: 'The Team' }, 'team')).toBe('The Team');
    expect(groupTitle({}, 'team')).toBe('Team');
  });
});

describe('what is asked of the server', () => {
  it('follows the Receive setting', () => {
    expect(requestFor('screenshare')).toEqual({ screenshare: ['audio', 'video'], '': ['audio'] });
  });

  it.each([
    ['everything', 'camera', 320, 240, ['audio', 'video-low']],
    ['everything', 'camera', 321, 240, null],
    ['everything', 'camera', 0, 0, ['audio']],
    ['everything-low', 'camera', 0, 0, ['audio']],
    ['audio', 'camera', 0, 0, null],
    ['everything-low', 'camera', 100, 100, null],
    ['audio', 'camera', 100, 100, null],
    ['screenshare', 'screenshare', 100, 100, ['audio', 'video-low']],
    ['screenshare', 'camera', 100, 100, null],
  ] as const)('is, with %s, for a %s of %i×%i: %j', (wish, label, width, height, wanted) => {
    expect(wantedAt(wish, label, width, height)).toEqual(wanted);
  });
});

describe('invitations', () => {
  it('without an end do not expire', () => {
    const now = new Date('2026-07-01T00:00:00Z');
    expect(hasExpired({ token: 'a' }, now)).toBe(false);
    expect(hasExpired({ token: 'a', expires: '2026-06-30T23:59:59Z' }, now)).toBe(true);
    expect(hasExpired({ token: 'a', expires: '2026-07-01T00:00:01Z' }, now)).toBe(false);
  });
});

describe('names of received files', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', '__.._etc_passwd'],
    ['.bashrc', '_bashrc'],
    ['a\u202egpj.exe', 'a_gpj.exe'],
    ['', 'file'],
  ])('%j are saved as %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });
});

describe('the level meter', () => {
  it('is linear in decibels', () => {
    expect(toLevel(0)).toBe(0);
    expect(toLevel(1)).toBe(1);
    expect(toLevel(0.001)).toBeCloseTo(0);
    expect(toLevel(Math.sqrt(0.001))).toBeCloseTo(0.5);
  });
});

describe('changing a password', () => {
  it('works with names and passwords in any script', () => {
    expect(basicCredentials('ädä', 'пароль')).toBe('Basic w6Rkw6Q60L/QsNGA0L7Qu9GM');
    expect(passwordAddress('a/b c', 'x?y')).toBe(
      '/galene-api/v0/.groups/a/b%20c/.users/x%3Fy/.password',
    );
  });
});

describe('the list of public groups', () => {
  it('takes over what makes sense', () => {
    expect(
      readPublicGroup({ name: 'a', clientCount: 2, location: 'https://b.org/group/a/' }),
    ).toEqual({
      name: 'a',
      clientCount: 2,
      location: 'https://b.org/group/a/',
      locked: false,
      remote: false,
    });
    expect(readPublicGroup({ name: 'a', location: 'javascript:alert(1)' })?.location).toBeUndefined();
    expect(readPublicGroup({ name: 'a', redirect: 'https://c.org/' })?.remote).toBe(true);
  });

  it.each([[null], [{}], [{ name: 3 }], ['a']])('leaves out %j', (value) => {
    expect(readPublicGroup(value)).toBeUndefined();
  });
});

describe('statistics', () => {
  it('are read whatever is missing', () => {
    const [group] = readStats([
      { name: 'g', clients: [{ id: 'c', up: [{ id: 's', tracks: null }] }, 3] },
    ]);
    expect(group).toEqual({
      name: 'g',
      clients: [{ id: 'c', up: [{ id: 's', tracks: [] }], down: [] }],
    });
    expect(readStats('nonsense')).toEqual([]);
  });

  it('show layers, rates, loss and delay', () => {
    const track = {
      sid: 0,
      maxSid: 2,
      tid: 1,
      maxTid: 2,
      bitrate: 410_000,
      maxBitrate: 700_000,
      loss: 0.0235,
      rtt: 41.5,
      jitter: 3,
    };
    expect(describeTrack(track)).toEqual([
      's0/2+t1/2',
      '410/700 kbit/s',
      '2 %',
      '41.5 ms ±3.0 ms',
    ]);
  });
});

describe('the grid', () => {
  it.each([
    [1, 800, 600, 1],
    [2, 700, 600, 1],
    [2, 1600, 600, 2],
    [2, 390, 700, 1],
    [4, 800, 600, 2],
    [9, 800, 600, 3],
    [3, 390, 700, 1],
  ])('for %i tiles in %i×%i has %i columns', (count, width, height, columns) => {
    expect(bestColumns(count, width, height)).toBe(columns);
  });
});

describe('a page of the grid', () => {
  it.each([
    [940, 660, 36],
    [374, 700, 12],
    [280, 200, 2],
    [0, 0, 1],
  ])('of %d by %d holds as many tiles as can be recognised: %d', (width, height, capacity) => {
    expect(pageCapacity(width, height)).toBe(capacity);
  });

  it.each([
    [5, 3, 3, 2],
    [6, 3, 3, 1],
    [7, 3, 6, 3],
    [1, 1, 0, 1],
    [0, 1, 0, 2],
  ])('has the last row of %d tiles in %d columns in the middle', (count, columns, first, line) => {
    expect(lastRowOf(count, columns)).toEqual([first, line]);
  });
});
