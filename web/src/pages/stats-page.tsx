import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n';
import { ServerRefusal } from './server-refusal';
import { fetchStats, type StatsGroup } from './stats-data';
import { groupSeries, GroupSection } from './stats-groups';
import { History } from './stats-history';
import { serverSeries, ServerSection } from './stats-server';
import { fetchServer, type StatsServer } from './stats-server-data';

/** Between the end of one look and the next. */
export const REFRESH_MS = 3000;

interface Snapshot {
  groups: StatsGroup[];
  server: StatsServer | undefined;
}

export function Statistics(): JSX.Element {
  const [snapshot, setSnapshot] = useState<Snapshot>();
  const [error, setError] = useState('');
  const [history] = useState(() => new History());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let isGone = false;
    // Asked no more once a server has answered without.
    let hasServer = true;
    const load = async (): Promise<void> => {
      try {
        // One after the other, so that the browser asks for the password once.
        const groups = await fetchStats();
        const server = hasServer ? await fetchServer() : undefined;
        hasServer = server !== undefined;
        if (isGone) return;
        history.record(new Map([...groupSeries(groups), ...(server ? serverSeries(server) : [])]));
        setSnapshot({ groups, server });
        setError('');
      } catch (reason) {
        if (isGone) return;
        const refused = reason instanceof ServerRefusal;
        setError(refused ? reason.message : t('landing.unreachable'));
        // No further attempts after a refusal: each could ask for the password again.
        if (refused && !reason.temporary) return;
      }
      timer = setTimeout(() => void load(), REFRESH_MS);
    };
    void load();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [history]);
  return (
    <main class="page wide">
      <h1>{t('stats.title')}</h1>
      {error && <p class="form-error" role="alert">{t('stats.failed', { reason: error })}</p>}
      {snapshot?.server && <ServerSection server={snapshot.server} history={history} />}
      {!error && snapshot?.groups.length === 0 && <p>{t('stats.none')}</p>}
      {snapshot?.groups.map((group) => <GroupSection key={group.name} group={group} history={history} />)}
    </main>
  );
}
