import type { JSX } from 'preact';
import { render } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n';
import { changePassword } from './password-request';
import { root, setUpPage } from './setup';
import '../styles/forms.css';
import '../styles/pages.css';

interface FieldProps {
  label: string;
  name: string;
  autocomplete: 'current-password' | 'new-password';
  value: string;
  onInput: (value: string) => void;
}

function PasswordField({ label, name, autocomplete, value, onInput }: FieldProps): JSX.Element {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="password"
        name={name}
        autocomplete={autocomplete}
        value={value}
        data-testid={name}
        onInput={(event) => {
          onInput(event.currentTarget.value);
        }}
      />
    </label>
  );
}

const query = new URLSearchParams(window.location.search);
const group = query.get('group') ?? '';
const username = query.get('username') ?? '';

function ChangePassword(): JSX.Element {
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const [again, setAgain] = useState('');
  const [error, setError] = useState('');
  const [done, setDone] = useState(false);
  const [busy, setBusy] = useState(false);

  const submit = async (): Promise<void> => {
    setDone(false);
    setError('');
    if (fresh !== again) {
      setError(t('password.mismatch'));
      return;
    }
    setBusy(true);
    const failure = await changePassword({ group, username, old, fresh });
    setBusy(false);
    if (failure !== undefined) {
      setError(failure);
      return;
    }
    setDone(true);
    setOld('');
    setFresh('');
    setAgain('');
  };

  if (group === '' || username === '') {
    return <p class="card form-error">{t('password.incomplete')}</p>;
  }
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
      <PasswordField
        label={t('password.old')}
        name="old-password"
        autocomplete="current-password"
        value={old}
        onInput={setOld}
      />
      <PasswordField
        label={t('password.new')}
        name="new-password"
        autocomplete="new-password"
        value={fresh}
        onInput={setFresh}
      />
      <PasswordField
        label={t('password.again')}
        name="new-password-again"
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
      <button type="submit" class="primary" disabled={busy}>
        {t('password.change')}
      </button>
    </form>
  );
}

await setUpPage();
document.title = t('password.change');
render(
  <main class="page">
    <ChangePassword />
  </main>,
  root(),
);
