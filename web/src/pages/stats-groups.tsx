import type { JSX } from 'preact';
import { t } from '../i18n';
import { Chart } from './stats-chart';
import { describeTrack, type StatsClient, type StatsConnection, type StatsGroup } from './stats-data';
import { withUnit } from './stats-format';
import type { History } from './stats-history';

type Direction = 'up' | 'down';

function rate(group: StatsGroup, direction: Direction): number {
  const tracks = group.clients.flatMap((client) => client[direction]).flatMap((stream) => stream.tracks);
  return tracks.reduce((sum, track) => sum + track.bitrate, 0);
}

/** The values of which the charts show the last minutes. */
export function groupSeries(groups: readonly StatsGroup[]): Map<string, number> {
  const series = new Map<string, number>();
  for (const group of groups) {
    series.set(`up ${group.name}`, rate(group, 'up'));
    series.set(`down ${group.name}`, rate(group, 'down'));
  }
  return series;
}

interface StreamProps {
  stream: StatsConnection;
  direction: Direction;
}

function StreamRows({ stream, direction }: StreamProps): JSX.Element {
  const rows = stream.tracks.map(describeTrack);
  return (
    <>
      <tr>
        <th scope="row" rowSpan={Math.max(1, rows.length)}>
          {direction === 'up' ? '↑' : '↓'} {stream.id}
        </th>
        {rows.length === 0 && <td colSpan={4}>{t('stats.noTracks')}</td>}
        {rows[0]?.map((cell, index) => <td key={index}>{cell}</td>)}
      </tr>
      {rows.slice(1).map((cells, row) => (
        <tr key={row}>
          {cells.map((cell, index) => (
            <td key={index}>{cell}</td>
          ))}
        </tr>
      ))}
    </>
  );
}

function Client({ client }: { client: StatsClient }): JSX.Element {
  if (client.up.length + client.down.length === 0) {
    return <p class="details">{t('stats.client', { id: client.id })}</p>;
  }
  return (
    <table class="streams">
      <caption>{t('stats.client', { id: client.id })}</caption>
      <thead>
        <tr>
          <th scope="col">{t('stats.stream')}</th>
          <th scope="col">{t('stats.layers')}</th>
          <th scope="col">{t('stats.rate')}</th>
          <th scope="col">{t('stats.loss')}</th>
          <th scope="col">{t('stats.delay')}</th>
        </tr>
      </thead>
      <tbody>
        {client.up.map((stream) => (
          <StreamRows key={`up-${stream.id}`} stream={stream} direction="up" />
        ))}
        {client.down.map((stream) => (
          <StreamRows key={`down-${stream.id}`} stream={stream} direction="down" />
        ))}
      </tbody>
    </table>
  );
}

interface GroupProps {
  group: StatsGroup;
  history: History;
}

export function GroupSection({ group, history }: GroupProps): JSX.Element {
  // Seen from the server: what is published comes in.
  const received = withUnit(rate(group, 'up'), 'bit/s');
  const sent = withUnit(rate(group, 'down'), 'bit/s');
  return (
    // Tables that are wider than a phone are scrolled, by keyboard as well.
    <section class="card stats" tabIndex={0} aria-label={group.name} data-testid="stats-group">
      <h2>{group.name}</h2>
      <p class="details">
        {t('stats.membersOf', { count: group.clients.length })} <span class="legend-in">↓ {received}</span>{' '}
        <span class="legend-out">↑ {sent}</span>
      </p>
      <Chart
        label={`${t('stats.traffic')}: ↓ ${received}, ↑ ${sent}`}
        lines={[
          { values: history.of(`up ${group.name}`), kind: 'in' },
          { values: history.of(`down ${group.name}`), kind: 'out' },
        ]}
      />
      {group.clients.map((client) => (
        <Client key={client.id} client={client} />
      ))}
    </section>
  );
}
