import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { explainCaptureError } from '../media/capture-advice';
import { openDevices, stopMedia, type Devices } from '../media/capture';
import { LevelMeter } from '../media/level-meter';
import { settings } from '../settings/settings';
import { DeviceSelect } from './device-select';

interface Props {
  devices: Devices;
  /** Reports the open media, undefined when there are none. The receiver does not own them. */
  onMedia: (media: MediaStream | undefined) => void;
}

function Level({ media }: { media: MediaStream }): JSX.Element {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    const meter = new LevelMeter(media, setLevel);
    return () => {
      meter.stop();
    };
  }, [media]);
  return <meter class="level" min={0} max={1} value={level} aria-label={t('preview.level')} />;
}

/** Camera picture and microphone level before joining, with the choice of devices. */
export function DevicePreview({ devices, onMedia }: Props): JSX.Element {
  const { video, audio, filter, background } = settings.value;
  const picture = useRef<HTMLVideoElement>(null);
  const [media, setMedia] = useState<MediaStream>();
  const [error, setError] = useState('');

  useEffect(() => {
    let dropped = false;
    let opened: MediaStream | undefined;
    setError('');
    openDevices(devices, settings.value)
      .then((result) => {
        if (dropped) {
          stopMedia(result);
          return;
        }
        opened = result;
        setMedia(result);
        onMedia(result);
      })
      .catch((reason: unknown) => {
        if (!dropped) setError(explainCaptureError(reason));
      });
    return () => {
      dropped = true;
      onMedia(undefined);
      // Whoever has taken the media over has put a handler of its own on the tracks.
      if (opened && !opened.getTracks().some((track) => track.onended)) stopMedia(opened);
    };
  }, [devices.audio, devices.video, video, audio, filter, background]);

  useEffect(() => {
    if (picture.current) picture.current.srcObject = media ?? null;
  }, [media, devices.video]);

  return (
    <div class="preview">
      {error && <p class="form-error">{error}</p>}
      {devices.video && (
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
