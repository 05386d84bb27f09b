import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { LoginKind } from '../call/invited';
import { isUsableName } from '../call/refusal';
import { t } from '../i18n';
import { canCapture, type Devices } from '../media/capture';
import { setSetting, settings } from '../settings/settings';
import { useCall } from './call-context';
import { DevicePreview, type PreviewState } from './device-preview';
import { LoginButtons } from './login-buttons';
import { PasswordField } from './password-field';
import { CheckSetting } from './settings-fields';

type Start = 'nothing' | 'microphone' | 'camera';

const starts: readonly Start[] = ['nothing', 'microphone', 'camera'];
const startTexts = {
  nothing: 'login.startNothing',
  microphone: 'login.startMicrophone',
  camera: 'login.startCamera',
} as const;
const devicesOf: Record<Start, Devices> = {
  nothing: { audio: false, video: false },
  microphone: { audio: true, video: false },
  camera: { audio: true, video: true },
};

function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}

interface StartChoiceProps {
  start: Start;
  onChange: (start: Start) => void;
}

function StartChoice({ start, onChange }: StartChoiceProps): JSX.Element {
  return (
    <fieldset class="choices">
      <legend>{t('login.start')}</legend>
      {starts.map((choice) => (
        <label key={choice}>
          <input
            type="radio"
            name="start"
            value={choice}
            checked={start === choice}
            data-testid={`start-${choice}`}
            onChange={() => {
              onChange(choice);
            }}
          />
          <span>{t(startTexts[choice])}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** What the invitation, if any, means for the visitor. */
function Invitation(): JSX.Element | null {
  const call = useCall();
  switch (call.wayIn.kind.value) {
    case 'password':
      return null;
    case 'token-name':
      return <p>{t('login.nameNeeded')}</p>;
    case 'token':
      return call.wayIn.invitedAs.value ? (
        <p>{t('login.joinAs', { name: call.wayIn.invitedAs.value })}</p>
      ) : (
        <p>{t('login.invited')}</p>
      );
  }
}

interface NameFieldProps {
  value: string;
  onInput: (value: string) => void;
}

function NameField({ value, onInput }: NameFieldProps): JSX.Element {
  const kind = useCall().wayIn.kind.value;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), [kind]);
  return (
    <label class="field">
      <span>{t('login.username')}</span>
      <input
        ref={field}
        name="username"
        autocomplete="username"
        autocapitalize="off"
        spellcheck={false}
        maxLength={256}
        value={value}
        data-testid="login-username"
        onFocus={(event) => {
          // A remembered name is replaced by typing another.
          event.currentTarget.select();
        }}
        onInput={(event) => {
          onInput(event.currentTarget.value);
        }}
      />
    </label>
  );
}

/** The button that joins, kept at hand. */
function useJoinButton(kind: LoginKind, preview: PreviewState): preact.RefObject<HTMLButtonElement> {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const form = button.current?.form;
    if (preview.kind !== 'open' || !form) return;
    // On a phone the preview, and the lists of devices that follow it, push the button out of sight. Who has gone on to
    // something else meanwhile is not torn away from it.
    const observer = new ResizeObserver(() => {
      if (document.activeElement?.matches('body, [name=start]')) button.current?.scrollIntoView({ block: 'nearest' });
    });
    observer.observe(form);
    return () => {
      observer.disconnect();
    };
  }, [preview.kind]);
  useEffect(() => {
    // Who is invited has nothing to fill in.
    if (kind === 'token') button.current?.focus();
  }, [kind]);
  return button;
}

/** The box in front of the group: who are you, and what shall be switched on. */
export function LoginForm(): JSX.Element {
  const call = useCall();
  const kind = call.wayIn.kind.value;
  const connecting = call.phase.value === 'connecting';
  const [username, setUsername] = useState(call.wayIn.suggestedName.value || settings.value.username);
  const [password, setPassword] = useState('');
  const [start, setStart] = useState<Start>('nothing');
  const [preview, setPreview] = useState<PreviewState>({ kind: 'opening' });
  const wrongPassword = call.wrongPassword.value;
  useEffect(() => {
    // A full group or a dead network is no reason to type it again; a refusal of it is.
    if (wrongPassword) setPassword('');
  }, [wrongPassword]);
  const joinButton = useJoinButton(kind, preview);
  // Joining without what was asked for would be a surprise, so the answer to the browser's question is waited for.
  const waiting = start !== 'nothing' && preview.kind === 'opening';

  const submit = (event: JSX.TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (connecting || waiting) return;
    // The fields themselves are asked, since some password managers fill them without a word.
    const fields = new FormData(event.currentTarget);
    const name = textOf(fields, 'username').trim();
    if (!isUsableName(name)) {
      call.loginError.value = t('login.badName');
      return;
    }
    if (kind !== 'token') setSetting('username', name.slice(0, 256));
    setUsername(name);
    setPassword(textOf(fields, 'password'));
    const media = start !== 'nothing' && preview.kind === 'open' ? preview.media : undefined;
    const patient = event.submitter instanceof HTMLButtonElement && event.submitter.name === 'patient';
    void call.enter(name, textOf(fields, 'password'), media, patient);
  };

  return (
    <form class="card login" onSubmit={submit} data-testid="login-form" data-kind={kind}>
      <h1>{call.title.value}</h1>
      {call.status.value.description && <p>{call.status.value.description}</p>}
      <Invitation />
      {kind !== 'token' && <NameField value={username} onInput={setUsername} />}
      {kind === 'password' && (
        <PasswordField
          label={t('login.password')}
          name="password"
          autocomplete="current-password"
          value={password}
          testId="login-password"
          onInput={setPassword}
        />
      )}
      {canCapture() && (
        <StartChoice
          start={start}
          onChange={(choice) => {
            setPreview({ kind: 'opening' });
            setStart(choice);
          }}
        />
      )}
      {!canCapture() && !window.isSecureContext && <p class="hint">{t('login.insecure')}</p>}
      {start !== 'nothing' && <DevicePreview devices={devicesOf[start]} onChange={setPreview} />}
      {/* A silence that is stored is seen here before it surprises. */}
      {start !== 'nothing' && <CheckSetting setting="localMute" label="login.startMuted" />}
      {call.loginError.value && (
        <p class="form-error" role="alert" data-testid="login-error">
          {call.loginError.value}
        </p>
      )}
      <LoginButtons join={joinButton} waiting={waiting} />
    </form>
  );
}
