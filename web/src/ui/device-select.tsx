import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n';
import { listDevices, type DeviceChoice, type DeviceKind } from '../media/devices';
import { DEFAULT_DEVICE, setSetting, settings } from '../settings/settings';

interface Props {
  kind: DeviceKind;
  /** Anything whose change means that names may have become known. */
  refresh?: unknown;
  /** Whether "off" is a choice. */
  withOff?: boolean;
}

const labels = {
  video: 'settings.camera',
  audio: 'settings.microphone',
  audioOutput: 'settings.speaker',
} as const;

/** A menu of cameras, microphones or loudspeakers, kept up to date as devices come and go. */
export function DeviceSelect({ kind, refresh, withOff }: Props): JSX.Element {
  const [devices, setDevices] = useState<DeviceChoice[]>([]);
  useEffect(() => {
    let gone = false;
    const update = (): void => {
      void listDevices(kind).then((found) => {
        if (!gone) setDevices(found);
      });
    };
    update();
    navigator.mediaDevices?.addEventListener('devicechange', update);
    return () => {
      gone = true;
      navigator.mediaDevices?.removeEventListener('devicechange', update);
    };
  }, [kind, refresh]);

  const stored = settings.value[kind];
  const preset = kind === 'audioOutput' ? '' : DEFAULT_DEVICE;
  const isOff = stored === '' && (withOff === true || kind === 'audioOutput');
  const known = isOff || devices.some((device) => device.id === stored);
  return (
    <label class="field">
      <span>{t(labels[kind])}</span>
      <select
        value={known ? stored : preset}
        data-testid={`select-${kind}`}
        onChange={(event) => {
          setSetting(kind, event.currentTarget.value);
        }}
      >
        <option value={preset}>{t('settings.defaultDevice')}</option>
        {devices.map((device, index) => (
          <option key={device.id} value={device.id}>
            {device.label || `${t(labels[kind])} ${String(index + 1)}`}
          </option>
        ))}
        {withOff && <option value="">{t('settings.off')}</option>}
      </select>
    </label>
  );
}
