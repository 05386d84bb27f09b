import { describe, expect, it } from 'vitest';
import { RefusalWatch } from '../src/refusal-watch';

/** A watch whose pings and messages are written down. */
function start(): { watch: RefusalWatch; sent: string[]; attempt: (name: string) => Promise<string | undefined> } {
  const watch = new RefusalWatch();
  const sent: string[] = [];
  const attempt = (name: string): Promise<string | undefined> =>
    watch.watch(
      (answered) => {
        sent.push('ping');
        watch.pinged(answered);
      },
      () => {
        sent.push(name);
      },
    );
  return { watch, sent, attempt };
}

describe('what the server answers only when it refuses it', () => {
  it('stands between two pings, and is refused by an error between their pongs', async () => {
    const { watch, sent, attempt } = start();
    const one = attempt('one');
    expect(sent).toEqual(['ping', 'one', 'ping']);
    watch.refused('of something earlier');
    watch.ponged();
    watch.refused('unknown user');
    watch.ponged();
    expect(await one).toBe('unknown user');
  });

  it('has been taken when both pongs have come', async () => {
    const { watch, attempt } = start();
    const one = attempt('one');
    watch.ponged();
    watch.ponged();
    watch.refused('of something later');
    expect(await one).toBeUndefined();
  });

  it('is told apart from other attempts and from pings for other reasons', async () => {
    const { watch, attempt } = start();
    watch.pinged();
    const both = [attempt('one'), attempt('two')];
    for (let pong = 0; pong < 4; pong++) watch.ponged();
    watch.refused('the second');
    watch.ponged();
    expect(await Promise.all(both)).toEqual([undefined, 'the second']);
  });

  it('counts as not refused when the connection ends, and a pong too many changes nothing', async () => {
    const { watch, attempt } = start();
    const one = attempt('one');
    watch.ponged();
    watch.ended();
    watch.ponged();
    watch.refused('late');
    expect(await one).toBeUndefined();
  });
});
