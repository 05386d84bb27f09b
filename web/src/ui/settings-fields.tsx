import type { JSX } from 'preact';
import { t, type TextKey } from '../i18n';
import { setSetting, settings, type SettingKey, type Settings } from '../settings/settings';

/** Keys of settings whose value has a given type. */
type KeyOf<T> = { [K in SettingKey]: Settings[K] extends T ? K : never }[SettingKey];

interface CheckProps {
  setting: KeyOf<boolean>;
  label: TextKey;
  hint?: TextKey;
}

/** A setting that is on or off. */
export function CheckSetting({ setting, label, hint }: CheckProps): JSX.Element {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={settings.value[setting]}
        data-testid={`setting-${setting}`}
        onChange={(event) => {
          setSetting(setting, event.currentTarget.checked);
        }}
      />
      <span>
        {t(label)}
        {hint && <small>{t(hint)}</small>}
      </span>
    </label>
  );
}

const RESOLUTIONS: readonly (readonly [number, number])[] = [
  [320, 240],
  [640, 480],
  [1280, 720],
  [1920, 1080],
];

/** The ideal size of the camera's picture. */
export function ResolutionSetting(): JSX.Element {
  const chosen = settings.value.resolution?.join('×') ?? '';
  const known = RESOLUTIONS.map((size) => size.join('×'));
  return (
    <label class="field">
      <span>{t('settings.resolution')}</span>
      <select
        value={chosen}
        data-testid="setting-resolution"
        onChange={(event) => {
          const [width = 0, height = 0] = event.currentTarget.value.split('×').map(Number);
          setSetting('resolution', height > 0 ? [width, height] : null);
        }}
      >
        <option value="">{t('settings.auto')}</option>
        {known.map((size) => (
          <option key={size} value={size}>
            {size}
          </option>
        ))}
        {chosen !== '' && !known.includes(chosen) && <option value={chosen}>{chosen}</option>}
      </select>
    </label>
  );
}

interface ChoiceProps<K extends KeyOf<string>> {
  setting: K;
  label: TextKey;
  choices: readonly (readonly [Settings[K], string])[];
}

/** A setting with a few values. */
export function ChoiceSetting<K extends KeyOf<string>>(props: ChoiceProps<K>): JSX.Element {
  return (
    <label class="field">
      <span>{t(props.label)}</span>
      <select
        value={settings.value[props.setting]}
        data-testid={`setting-${props.setting}`}
        onChange={(event) => {
          setSetting(props.setting, event.currentTarget.value as Settings[K]);
        }}
      >
        {props.choices.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
