import type { JSX } from 'preact';
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n';
import { PageFooter } from '../ui/page-footer';
import { PasswordField } from '../ui/password-field';
import { groupAddress } from './group-address';
import { changePassword } from './password-request';
import { root, setUpPage } from './setup';
import '../styles/forms.css';
import '../styles/pages.css';

const query = new URLSearchParams(window.location.search);
const group = query.get('group') ?? '';
const username = query.get('username') ?? '';

/** What is wrong with what was typed; empty if nothing is. */
function complaint(fresh: string, again: string): string {
  if (fresh === '') return t('password.empty');
  return fresh === again ? '' : t('password.mismatch');
}

function PasswordForm(): JSX.Element {
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const [again, setAgain] = useState('');
  const [error, setError] = useState('');
  const [done, setDone] = useState(false);
  const [busy, setBusy] = useState(false);

  const submit = async (): Promise<void> => {
    if (busy) return;
    setDone(false);
    const wrong = complaint(fresh, again);
    setError(wrong);
    if (wrong) return;
    setBusy(true);
    const failure = await changePassword({ group, username, old, fresh });
    setBusy(false);
    setError(failure ?? '');
    if (failure !== undefined) return;
    setDone(true);
    setOld('');
    setFresh('');
    setAgain('');
  };

  return (
    <form
      class="card"
      data-testid="password-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h1>{t('password.change')}</h1>
      <p>{t('password.whose', { username, group })}</p>
      {/* Password managers look for the name whose password changes. */}
      <input type="text" name="username" autocomplete="username" value={username} readOnly hidden />
      <PasswordField
        label={t('password.old')}
        name="old-password"
        testId="old-password"
        autocomplete="current-password"
        value={old}
        onInput={setOld}
      />
      <PasswordField
        label={t('password.new')}
        name="new-password"
        testId="new-password"
        autocomplete="new-password"
        value={fresh}
        onInput={setFresh}
      />
      <PasswordField
        label={t('password.again')}
        name="new-password-again"
        testId="new-password-again"
        autocomplete="new-password"
        value={again}
        onInput={setAgain}
      />
      {error && (
        <p class="form-error" role="alert" data-testid="password-error">
          {error}
        </p>
      )}
      {done && (
        <p class="form-success" role="status" data-testid="password-done">
          {t('password.done')}
        </p>
      )}
      <button type="submit" class="primary" aria-disabled={busy} data-testid="password-submit">
        {t('password.change')}
      </button>
      <a href={groupAddress(group)}>{t('password.back')}</a>
    </form>
  );
}

function ChangePassword(): JSX.Element {
  const title = t('password.change');
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <div class="page">
      <main>
        {group === '' || username === '' ? (
          <section class="card" data-testid="password-incomplete">
            <h1>{title}</h1>
            <p class="form-error">{t('password.incomplete')}</p>
            <a class="button primary" href="/">
              {t('notFound.home')}
            </a>
          </section>
        ) : (
          <PasswordForm />
        )}
      </main>
      <PageFooter />
    </div>
  );
}

await setUpPage();
render(<ChangePassword />, root());
