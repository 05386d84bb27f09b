import type { JSX } from 'preact';
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { standBy } from '../offline/register';
import { PageFooter } from '../ui/page-footer';
import { groupAddress, groupFromInput } from './group-address';
import { fetchPublicGroups, type PublicGroup } from './public-groups';
import { refusalOf } from './server-refusal';
import { root, setUpPage } from './setup';
import '../styles/forms.css';
import '../styles/pages.css';

/** How old the list of public groups gets while somebody looks at it. */
const REFRESH_MS = 15_000;

/** Goes to a group's page if there is such a group; otherwise says why not. */
async function visit(group: string): Promise<string> {
  const address = groupAddress(group);
  try {
    const response = await fetch(`${address}.status.json`, { method: 'HEAD' });
    if (response.status === 404) return t('landing.noGroup', { name: group });
    if (!response.ok) return (await refusalOf(response)).message;
    window.location.assign(address);
    return '';
  } catch {
    return t('landing.unreachable');
  }
}

function JoinForm(): JSX.Element {
  const [name, setName] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  const submit = async (): Promise<void> => {
    const group = groupFromInput(name, window.location.origin);
    setError(group === '' ? t('landing.noName') : '');
    if (group === '' || busy) return;
    setBusy(true);
    setError(await visit(group));
    setBusy(false);
  };

  return (
    <form
      class="card"
      data-testid="group-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label class="field">
        <span>{t('landing.group')}</span>
        <input
          ref={field}
          name="group"
          autocapitalize="off"
          autocomplete="on"
          spellcheck={false}
          value={name}
          aria-describedby={error ? 'group-error group-hint' : 'group-hint'}
          aria-invalid={error !== ''}
          data-testid="group-name"
          onInput={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <small id="group-hint" class="hint">
          {t('landing.name')}
        </small>
      </label>
      {error && (
        <p id="group-error" class="form-error" role="alert" data-testid="group-error">
          {error}
        </p>
      )}
      <button type="submit" class="primary" aria-disabled={busy} data-testid="group-submit">
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

/** The list, fetched anew now and then while the page is looked at. A failure leaves the last list that came. */
function usePublicGroups(): { groups: PublicGroup[]; failed: boolean } {
  const [groups, setGroups] = useState<PublicGroup[]>([]);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const load = (): void => {
      if (document.hidden) return;
      fetchPublicGroups().then(
        (list) => {
          setGroups(list);
          setFailed(false);
        },
        () => {
          setFailed(true);
        },
      );
    };
    load();
    const timer = setInterval(load, REFRESH_MS);
    document.addEventListener('visibilitychange', load);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', load);
    };
  }, []);
  return { groups, failed };
}

function PublicGroups(): JSX.Element | null {
  const { groups, failed } = usePublicGroups();
  if (!failed && groups.length === 0) return null;
  return (
    <section class="card">
      <h2>{t('landing.publicGroups')}</h2>
      {failed && <p class="form-error">{t('landing.listFailed')}</p>}
      {groups.length > 0 && (
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
    <div class="page">
      <main>
        <h1 class="brand">
          <img src="/halcyon.svg" alt="" width="56" height="56" />
          Halcyon
        </h1>
        <JoinForm />
        <PublicGroups />
      </main>
      <PageFooter />
    </div>
  );
}

await setUpPage();
render(<Landing />, root());
standBy();
