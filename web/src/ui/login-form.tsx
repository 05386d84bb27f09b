import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { canCapture, type Devices } from '../media/capture';
import { setSetting, settings } from '../settings/settings';
import { useCall } from './call-context';
import { DevicePreview } from './device-preview';

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

/** The box in front of the group: who are you, and what shall be switched on. */
export function LoginForm(): JSX.Element {
  const call = useCall();
  const kind = call.loginKind.value;
  const connecting = call.phase.value === 'connecting';
  const [username, setUsername] = useState(settings.value.username);
  const [password, setPassword] = useState('');
  const [start, setStart] = useState<Start>('nothing');
  const media = useRef<MediaStream>();
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), [kind]);

  const submit = (event: JSX.TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (connecting) return;
    // The fields themselves are asked, since some password managers fill them without a word.
    const fields = new FormData(event.currentTarget);
    const name = textOf(fields, 'username');
    if (kind !== 'token') setSetting('username', name.trim().slice(0, 256));
    setUsername(name);
    setPassword('');
    void call.enter(name, textOf(fields, 'password'), media.current);
  };

  return (
    <form class="card login" onSubmit={submit} data-testid="login-form">
      <h1>{call.title.value}</h1>
      {call.status.value.description && <p>{call.status.value.description}</p>}
      {kind === 'token' && <p>{t('login.invited')}</p>}
      {kind === 'token-name' && <p>{t('login.nameNeeded')}</p>}
      {kind !== 'token' && (
        <label class="field">
          <span>{t('login.username')}</span>
          <input
            ref={first}
            name="username"
            autocomplete="username"
            value={username}
            data-testid="login-username"
            onFocus={(event) => {
              // A remembered name is replaced by typing another.
              event.currentTarget.select();
            }}
            onInput={(event) => {
              setUsername(event.currentTarget.value);
            }}
          />
        </label>
      )}
      {kind === 'password' && (
        <label class="field">
          <span>{t('login.password')}</span>
          <input
            type="password"
            name="password"
            autocomplete="current-password"
            value={password}
            data-testid="login-password"
            onInput={(event) => {
              setPassword(event.currentTarget.value);
            }}
          />
        </label>
      )}
      {canCapture() && <StartChoice start={start} onChange={setStart} />}
      {start !== 'nothing' && (
        <DevicePreview
          devices={devicesOf[start]}
          onMedia={(opened) => {
            media.current = opened;
          }}
        />
      )}
      {call.loginError.value && (
        <p class="form-error" role="alert" data-testid="login-error">
          {call.loginError.value}
        </p>
      )}
      <button class="primary" type="submit" disabled={connecting} data-testid="login-submit">
        {connecting ? t('login.connecting') : t('login.join')}
      </button>
    </form>
  );
}
