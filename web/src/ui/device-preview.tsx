import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { explainCaptureError } from '../media/capture-advice';
import { openDevices, stopMedia, type Devices } from '../media/capture';
import { LevelMeter } from '../media/level-meter';
import { settings } from '../settings/settings';
import { DeviceSelect } from './device-select';

/** What the preview has: nothing yet, open media, or nothing at all. */
export type PreviewState =
  | { kind: 'opening' }
  | { kind: 'open'; media: MediaStream }
  | { kind: 'failed' };

interface Props {
  devices: Devices;
  /** Reports the state and every change of it. The receiver does not own the media. */
  onChange: (state: PreviewState) => void;
}

function Level({ media }: { media: MediaStream }): JSX.Element {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    const meter = new LevelMeter(media, setLevel);
    return () => {
      meter.stop();
    };
  }, [media]);
  return (
    <meter
      class="level"
      min={0}
      max={1}
      value={level}
      aria-label={t('preview.level')}
      data-testid="preview-level"
    />
  );
}

/** Opens what there is: a microphone is worth having without a camera. */
async function openAny(devices: Devices): Promise<{ media: MediaStream; advice: string }> {
  try {
    return { media: await openDevices(devices, settings.value), advice: '' };
  } catch (error) {
    const absent = error instanceof Error && error.name === 'NotFoundError';
    if (!absent || !devices.audio || !devices.video) throw error;
    const media = await openDevices({ audio: true, video: false }, settings.value);
    return { media, advice: t('capture.noCamera') };
  }
}

/** Keeps the devices open while they are wanted, and opens others when the choice changes. */
function useDevices({ devices, onChange }: Props): {
  state: PreviewState;
  advice: string;
  again: () => void;
} {
  const { video, audio, filter, background } = settings.value;
  const [state, setState] = useState<PreviewState>({ kind: 'opening' });
  const [advice, setAdvice] = useState('');
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let dropped = false;
    let opened: MediaStream | undefined;
    const report = (next: PreviewState): void => {
      setState(next);
      onChange(next);
    };
    setAdvice('');
    report({ kind: 'opening' });
    openAny(devices)
      .then((result) => {
        if (dropped) {
          stopMedia(result.media);
          return;
        }
        opened = result.media;
        setAdvice(result.advice);
        report({ kind: 'open', media: result.media });
      })
      .catch((reason: unknown) => {
        if (dropped) return;
        setAdvice(explainCaptureError(reason));
        report({ kind: 'failed' });
      });
    return () => {
      dropped = true;
      // Whoever has taken the media over has put a handler of its own on the tracks.
      if (opened && !opened.getTracks().some((track) => track.onended)) stopMedia(opened);
    };
  }, [devices.audio, devices.video, video, audio, filter, background, attempt]);

  return {
    state,
    advice,
    again: () => {
      setAttempt(attempt + 1);
    },
  };
}

/** Camera picture and microphone level before joining, with the choice of devices. */
export function DevicePreview(props: Props): JSX.Element {
  const { devices } = props;
  const { state, advice, again } = useDevices(props);
  const picture = useRef<HTMLVideoElement>(null);
  const media = state.kind === 'open' ? state.media : undefined;

  useEffect(() => {
    if (picture.current) picture.current.srcObject = media ?? null;
  }, [media, devices.video]);

  return (
    <div class="preview" role="group" aria-label={t('preview.label')}>
      {advice && (
        <p class="form-error" role="alert" data-testid="preview-error">
          {advice}
        </p>
      )}
      {state.kind === 'opening' && <p class="hint">{t('preview.waiting')}</p>}
      {state.kind === 'failed' && (
        <button type="button" data-testid="preview-again" onClick={again}>
          {t('preview.again')}
        </button>
      )}
      {devices.video && state.kind !== 'failed' && (
        <video
          ref={picture}
          class={settings.value.mirrorView ? 'mirrored' : ''}
          autoplay
          muted
          playsInline
          data-testid="preview-video"
        />
      )}
      {media && media.getAudioTracks().length > 0 && <Level media={media} />}
      {devices.video && <DeviceSelect kind="video" refresh={media} />}
      <DeviceSelect kind="audio" refresh={media} />
    </div>
  );
}
