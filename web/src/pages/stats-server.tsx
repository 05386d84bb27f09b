import type { JSX } from 'preact';
import { t, type TextKey } from '../i18n';
import { Chart } from './stats-chart';
import { duration, percent, withUnit } from './stats-format';
import type { History } from './stats-history';
import type { StatsServer, StatsWorker } from './stats-server-data';

/** The values of which the charts show the last minutes. */
export function serverSeries(server: StatsServer): Map<string, number> {
  const series = new Map<string, number>();
  for (const worker of server.workers) {
    series.set(`load ${worker.name}`, worker.load);
    series.set(`in ${worker.name}`, worker.bitsReceived);
    series.set(`out ${worker.name}`, worker.bitsSent);
  }
  return series;
}

function state(worker: StatsWorker): string {
  if (!worker.isConnected) return t('stats.disconnected');
  return worker.isDraining ? t('stats.draining') : '';
}

/** The columns of the table of workers; on a phone each value has its heading beside it. */
const COLUMNS = [
  'stats.load',
  'stats.traffic',
  'stats.packets',
  'stats.tracks',
  'stats.missed',
  'stats.drops',
  'stats.queues',
  'stats.memory',
  'stats.restarts',
] as const satisfies readonly TextKey[];

function Drops({ worker }: { worker: StatsWorker }): JSX.Element {
  const total = worker.drops.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return <>0</>;
  return (
    <details>
      <summary>{withUnit(total, '')}</summary>
      <ul class="drops">
        {worker.drops.map(([reason, count]) => (
          <li key={reason}>
            {reason}: {count}
          </li>
        ))}
      </ul>
    </details>
  );
}

interface WorkerProps {
  worker: StatsWorker;
  history: History;
}

function WorkerRow({ worker, history }: WorkerProps): JSX.Element {
  const received = withUnit(worker.bitsReceived, 'bit/s');
  const sent = withUnit(worker.bitsSent, 'bit/s');
  return (
    <tr data-testid="stats-worker">
      <th scope="row" data-label={t('stats.worker')}>
        {worker.name} <span class="details">{state(worker)}</span>
      </th>
      <td data-label={t('stats.load')}>
        {percent(worker.load)}
        <Chart
          label={`${t('stats.load')}: ${percent(worker.load)}`}
          lines={[{ values: history.of(`load ${worker.name}`), kind: 'out' }]}
          maximum={1}
        />
      </td>
      <td data-label={t('stats.traffic')}>
        <span class="legend-in">↓ {received}</span> <span class="legend-out">↑ {sent}</span>
        <Chart
          label={`${t('stats.traffic')}: ↓ ${received}, ↑ ${sent}`}
          lines={[
            { values: history.of(`in ${worker.name}`), kind: 'in' },
            { values: history.of(`out ${worker.name}`), kind: 'out' },
          ]}
        />
      </td>
      <td data-label={t('stats.packets')}>
        ↓ {withUnit(worker.packetsReceived, '/s')}
        <br />↑ {withUnit(worker.packetsSent, '/s')}
      </td>
      <td data-label={t('stats.tracks')}>
        ↑ {worker.upTracks} ↓ {worker.downTracks}
        <br />
        {t('stats.transports', { count: worker.transports })}
        <br />
        {t('stats.relays', { count: worker.relays })}
      </td>
      <td data-label={t('stats.missed')}>
        {withUnit(worker.missed, '')}
        <br />
        {t('stats.resent', { count: worker.resent })}
      </td>
      <td data-label={t('stats.drops')}>
        <Drops worker={worker} />
      </td>
      <td data-label={t('stats.queues')}>
        {worker.handshakesWaiting} / {withUnit(worker.queuedBytes, 'B')}
      </td>
      <td data-label={t('stats.memory')}>{withUnit(worker.residentBytes, 'B')}</td>
      <td data-label={t('stats.restarts')}>{worker.restarts}</td>
    </tr>
  );
}

interface ServerProps {
  server: StatsServer;
  history: History;
}

/** The server as a whole, and its workers. */
export function ServerSection({ server, history }: ServerProps): JSX.Element {
  const facts: [string, string][] = [
    [t('stats.uptime'), duration(server.uptime)],
    [t('stats.members'), String(server.clients)],
    [t('stats.streams'), `↑ ${String(server.upStreams)} ↓ ${String(server.downStreams)}`],
    [t('stats.connections'), String(server.webSockets)],
    [t('stats.loginsRefused'), String(server.loginsRefused)],
    [t('stats.memory'), withUnit(server.residentBytes, 'B')],
  ];
  return (
    <section class="card stats" tabIndex={0} aria-label={t('stats.server', { version: server.version })} data-testid="stats-server">
      <h2>{t('stats.server', { version: server.version })}</h2>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <table class="workers">
        <caption>{t('stats.workers')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('stats.worker')}</th>
            {COLUMNS.map((key) => (
              <th key={key} scope="col">
                {t(key)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {server.workers.map((worker) => (
            <WorkerRow key={worker.name} worker={worker} history={history} />
          ))}
        </tbody>
      </table>
    </section>
  );
}
