import type { JSX } from 'preact';
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n';
import { root, setUpPage } from './setup';
import { describeTrack, fetchStats, type StatsClient, type StatsConnection, type StatsGroup } from './stats-data';
import '../styles/forms.css';
import '../styles/pages.css';

const REFRESH_MS = 5000;

interface StreamProps {
  stream: StatsConnection;
  direction: 'up' | 'down';
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

function Group({ group }: { group: StatsGroup }): JSX.Element {
  return (
    <section class="card stats" data-testid="stats-group">
      <h2>{group.name}</h2>
      {group.clients.map((client) => (
        <Client key={client.id} client={client} />
      ))}
    </section>
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

function Statistics(): JSX.Element {
  const [groups, setGroups] = useState<StatsGroup[]>();
  const [error, setError] = useState('');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const load = async (): Promise<void> => {
      try {
        setGroups(await fetchStats());
        setError('');
        timer = setTimeout(() => void load(), REFRESH_MS);
      } catch (reason) {
        // No further attempts: each could ask for the password again.
        setError(reason instanceof Error ? reason.message : String(reason));
      }
    };
    void load();
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return (
    <main class="page wide">
      <h1>{t('stats.title')}</h1>
      {error && <p class="form-error">{t('stats.failed', { reason: error })}</p>}
      {!error && groups?.length === 0 && <p>{t('stats.none')}</p>}
      {groups?.map((group) => <Group key={group.name} group={group} />)}
    </main>
  );
}

await setUpPage();
document.title = t('stats.title');
render(<Statistics />, root());
