import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { duration, percent, withUnit } from '../src/pages/stats-format';
import { chartPoints, History, HISTORY_LENGTH } from '../src/pages/stats-history';
import { REFRESH_MS, Statistics } from '../src/pages/stats-page';
import { readServer } from '../src/pages/stats-server-data';

const groups = [
  {
    name: 'team',
    clients: [
      { id: 'ann', up: [{ id: 's1', tracks: [{ bitrate: 30_000, loss: 0 }, { bitrate: 500_000, loss: 0.02 }] }] },
      { id: 'bob' },
    ],
  },
];

const server = {
  version: '1.2',
  uptime: 3700,
  clients: 2,
  upStreams: 1,
  downStreams: 4,
  process: { webSockets: 3, residentBytes: 20_000_000 },
  signalling: { loginsRefused: 5 },
  workers: [
    { name: '10', connected: false },
    {
      name: '2',
      connected: true,
      draining: true,
      load: 0.25,
      relays: 1,
      perSecond: { packetsSent: 1234, bitsSent: 5_000_000 },
      total: { nackedByReceivers: 7, retransmissions: 6 },
      queues: { handshakes: 3, commandBytes: 10, eventBytes: 5 },
      drops: { 'rtp-too-old': 2, 'socket-full': 40 },
    },
  ],
};

describe('the report on workers', () => {
  it('is sorted by name as people count, with drops most frequent first', () => {
    const read = readServer(server);
    expect(read?.workers.map(({ name }) => name)).toEqual(['2', '10']);
    expect(read?.workers[0]).toMatchObject({ isDraining: true, packetsSent: 1234, missed: 7, queuedBytes: 15 });
    expect(read?.workers[0]?.drops).toEqual([
      ['socket-full', 40],
      ['rtp-too-old', 2],
    ]);
    expect(read?.workers[1]).toMatchObject({ isConnected: false, load: 0, drops: [] });
  });

  it.each([[undefined], [[]], ['x'], [{}], [{ workers: 3 }]])('that is %j is none', (value) => {
    expect(readServer(value)).toBeUndefined();
  });
});

describe('values', () => {
  it('have three digits and a unit', () => {
    expect(withUnit(0, 'B')).toBe('0 B');
    expect(withUnit(999, 'B')).toBe('999 B');
    expect(withUnit(1530, 'bit/s')).toBe('1.53 kbit/s');
    expect(withUnit(15_300_000, 'bit/s')).toBe('15.3 Mbit/s');
    expect(withUnit(999_999, 'B')).toBe('1.00 MB');
    expect(withUnit(3e15, 'B')).toBe('3000 TB');
    expect(percent(0.256)).toBe('26 %');
    expect([59, 3700, 100_000].map(duration)).toEqual(['0 min', '1 h 1 min', '1 d 3 h']);
  });

  it('are remembered as long as they come, up to a limit', () => {
    const history = new History();
    for (let value = 0; value < HISTORY_LENGTH + 5; value += 1) history.record(new Map([['a', value]]));
    expect(history.of('a')).toHaveLength(HISTORY_LENGTH);
    expect(history.of('a').at(-1)).toBe(HISTORY_LENGTH + 4);
    history.record(new Map([['b', 1]]));
    expect(history.of('a')).toEqual([]);
  });

  it('become points with the newest at the right', () => {
    const width = HISTORY_LENGTH - 1;
    expect(chartPoints([0, 5, 20], 10, width, 10)).toBe(
      `${String(width - 2)}.0,10.0 ${String(width - 1)}.0,5.0 ${String(width)}.0,0.0`,
    );
    expect(chartPoints([], 10, width, 10)).toBe('');
    expect(chartPoints([1], 0, width, 10)).toBe(`${String(width)}.0,10.0`);
  });
});

describe('the statistics page', () => {
  let host: HTMLElement;
  let answers: Record<string, unknown>;
  let asked: string[];

  const show = async (): Promise<void> => {
    // The first look begins when the page has been drawn.
    await act(() => {
      render(<Statistics />, host);
    });
    await act(async () => {
      await vi.advanceTimersByTimeAsync(10);
    });
  };
  const pass = async (): Promise<void> => {
    await act(async () => {
      await vi.advanceTimersByTimeAsync(REFRESH_MS);
    });
  };

  beforeEach(() => {
    vi.useFakeTimers();
    host = document.createElement('div');
    asked = [];
    answers = { '/galene-api/v0/.stats': groups, '/galene-api/v0/.workers': server };
    vi.stubGlobal('fetch', (url: string) => {
      asked.push(url);
      const body = answers[url];
      return Promise.resolve(
        new Response(body === undefined ? 'no' : JSON.stringify(body), { status: body === undefined ? 404 : 200 }),
      );
    });
  });
  afterEach(() => {
    render(null, host);
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('shows groups, streams and workers, and looks again', async () => {
    await show();
    expect(host.querySelectorAll('[data-testid=stats-worker]')).toHaveLength(2);
    expect(host.textContent).toContain('↑ 5.00 Mbit/s');
    expect(host.textContent).toContain('disconnected');
    expect(host.textContent).toContain('500 kbit/s');
    expect(host.querySelector('[data-testid=stats-group]')?.textContent).toContain('↓ 530 kbit/s');
    await pass();
    await pass();
    expect(asked).toHaveLength(6);
    const line = host.querySelector('[data-testid=stats-group] polyline');
    expect(line?.getAttribute('points')?.split(' ')).toHaveLength(3);
  });

  it('does without workers, and asks for them once, when the server has none to report', async () => {
    delete answers['/galene-api/v0/.workers'];
    await show();
    await pass();
    expect(host.querySelector('[data-testid=stats-server]')).toBeNull();
    expect(host.querySelectorAll('[data-testid=stats-group]')).toHaveLength(1);
    expect(asked.filter((url) => url.endsWith('.workers'))).toHaveLength(1);
  });

  it('says what failed and asks no further', async () => {
    delete answers['/galene-api/v0/.stats'];
    await show();
    await pass();
    expect(host.querySelector('.form-error')?.textContent).toContain('404');
    expect(asked).toHaveLength(1);
  });

  it('keeps the figures and asks on when the server cannot be reached for a while', async () => {
    await show();
    const whole = answers;
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')));
    await pass();
    expect(host.querySelector('.form-error')?.textContent).toContain('could not be reached');
    expect(host.querySelectorAll('[data-testid=stats-group]')).toHaveLength(1);
    vi.stubGlobal('fetch', (url: string) => Promise.resolve(Response.json(whole[url])));
    await pass();
    expect(host.querySelector('.form-error')).toBeNull();
  });
});
