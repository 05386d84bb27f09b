import type { JSX } from 'preact';
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n';
import { fetchPublicGroups, type PublicGroup } from './public-groups';
import { root, setUpPage } from './setup';
import '../styles/forms.css';
import '../styles/pages.css';

/** The address of a group's page; slashes separate sub-groups and stay. */
function groupAddress(name: string): string {
  return `/group/${name.split('/').map(encodeURIComponent).join('/')}/`;
}

function JoinForm(): JSX.Element {
  const [name, setName] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  const visit = async (group: string): Promise<void> => {
    const address = groupAddress(group);
    try {
      const response = await fetch(`${address}.status`, { method: 'HEAD' });
      if (response.ok) window.location.assign(address);
      else if (response.status === 404) setError(t('landing.noGroup', { name: group }));
      else setError(t('landing.refused', { status: `${String(response.status)} ${response.statusText}` }));
    } catch {
      setError(t('landing.unreachable'));
    }
  };

  return (
    <form
      class="card"
      data-testid="group-form"
      onSubmit={(event) => {
        event.preventDefault();
        const group = name.trim().replace(/^\/+|\/+$/g, '');
        if (group === '' || busy) return;
        setBusy(true);
        setError('');
        void visit(group).finally(() => {
          setBusy(false);
        });
      }}
    >
      <label class="field">
        <span>{t('landing.group')}</span>
        <input
          autofocus
          value={name}
          data-testid="group-name"
          onInput={(event) => {
            setName(event.currentTarget.value);
          }}
        />
      </label>
      {error && (
        <p class="form-error" role="alert">
          {error}
        </p>
      )}
      <button type="submit" class="primary" disabled={busy} data-testid="group-submit">
        {t('landing.go')}
      </button>
    </form>
  );
}

function GroupRow({ group }: { group: PublicGroup }): JSX.Element {
  const details = group.remote
    ? t('landing.remote')
    : t('landing.people', { count: group.clientCount });
  return (
    <li data-testid="public-group">
      <a href={group.location ?? groupAddress(group.name)}>{group.displayName ?? group.name}</a>
      <span class="details">
        {details}
        {group.locked && `, ${t('landing.locked')}`}
      </span>
      {group.description && <p>{group.description}</p>}
    </li>
  );
}

function PublicGroups(): JSX.Element | null {
  const [groups, setGroups] = useState<PublicGroup[]>([]);
  const [error, setError] = useState(false);
  useEffect(() => {
    fetchPublicGroups().then(setGroups, () => {
      setError(true);
    });
  }, []);
  if (!error && groups.length === 0) return null;
  return (
    <section class="card">
      <h2>{t('landing.publicGroups')}</h2>
      {error ? (
        <p class="form-error">{t('landing.listFailed')}</p>
      ) : (
        <ul class="groups">
          {groups.map((group) => (
            <GroupRow key={group.name} group={group} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Landing(): JSX.Element {
  return (
    <main class="page">
      <h1 class="brand">Halcyon</h1>
      <JoinForm />
      <PublicGroups />
    </main>
  );
}

await setUpPage();
render(<Landing />, root());
