import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { explainCaptureError } from '../media/capture-advice';
import { hasBroken } from '../media/broken-tracks';
import { captureKey, openAvailable, stopMedia, type Devices } from '../media/capture';
import { LevelMeter } from '../media/level-meter';
import { DEFAULT_DEVICE, setSetting, settings } from '../settings/settings';
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

/** A device that is asked for here is wanted, even if it was switched off in the settings once. */
function useAtAll({ audio, video }: Devices): void {
  if (audio && settings.value.audio === '') setSetting('audio', DEFAULT_DEVICE);
  if (video && settings.value.video === '') setSetting('video', DEFAULT_DEVICE);
}

/** Opens what there is, and says what is missing. */
async function openAny(devices: Devices): Promise<{ media: MediaStream; advice: string }> {
  let advice = '';
  const { media, absent } = await openAvailable(devices, settings.value, (what) => {
    if (what === 'background') advice = t('capture.noBackground');
    else advice ||= t(what === 'filter' ? 'capture.noFilter' : 'capture.noNoiseFilter');
  });
  if (absent) advice ||= t(absent === 'video' ? 'capture.noCamera' : 'capture.noMicrophone');
  return { media, advice };
}

/** What to say of a track that has ended by itself. */
function explainEnd(track: MediaStreamTrack): string {
  if (track.kind === 'audio') return t(hasBroken(track) ? 'capture.noiseBroke' : 'capture.lostAudio');
  return t(hasBroken(track) ? 'capture.filterBroke' : 'capture.lostVideo');
}

/** Keeps the devices open while they are wanted, and opens others when the choice changes. */
function useDevices({ devices, onChange }: Props): {
  state: PreviewState;
  advice: string;
  again: () => void;
} {
  const [state, setState] = useState<PreviewState>({ kind: 'opening' });
  const [advice, setAdvice] = useState('');
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const over = new AbortController();
    let opened: MediaStream | undefined;
    const report = (next: PreviewState): void => {
      setState(next);
      onChange(next);
    };
    const show = (tracks: MediaStreamTrack[]): void => {
      report(tracks.length > 0 ? { kind: 'open', media: new MediaStream(tracks) } : { kind: 'failed' });
    };
    useAtAll(devices);
    setAdvice('');
    report({ kind: 'opening' });
    openAny(devices)
      .then((result) => {
        if (over.signal.aborted) {
          stopMedia(result.media);
          return;
        }
        opened = result.media;
        for (const track of opened.getTracks()) {
          const ended = (): void => {
            setAdvice(explainEnd(track));
            show(result.media.getTracks().filter(({ readyState }) => readyState === 'live'));
          };
          track.addEventListener('ended', ended, { signal: over.signal });
        }
        setAdvice(result.advice);
        show(opened.getTracks());
      })
      .catch((reason: unknown) => {
        if (over.signal.aborted) return;
        setAdvice(explainCaptureError(reason));
        report({ kind: 'failed' });
      });
    return () => {
      over.abort();
      // Whoever has taken the media over has put a handler of its own on the tracks.
      if (opened && !opened.getTracks().some((track) => track.onended)) stopMedia(opened);
    };
  }, [devices.audio, devices.video, captureKey(settings.value), attempt]);

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
      {(state.kind === 'failed' || advice !== '') && (
        <button type="button" data-testid="preview-again" onClick={again}>
          {t('preview.again')}
        </button>
      )}
      {devices.video && (!media || media.getVideoTracks().length > 0) && state.kind !== 'failed' && (
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
