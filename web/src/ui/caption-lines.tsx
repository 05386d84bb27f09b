import type { JSX } from 'preact';
import { t } from '../i18n';
import { settings } from '../settings/settings';
import { useCall } from './call-context';

/** What is being said, in writing. */
export function CaptionLines(): JSX.Element | null {
  const { captions } = useCall();
  if (!settings.value.captions) return null;
  return (
    <div class={`captions captions-${settings.value.captionSize}`} role="log" aria-live="polite" aria-label={t('captions.label')} data-testid="captions">
      {captions.lines.value.map((line, index, lines) => (
        <p key={line.key}>
          {line.username && line.username !== lines[index - 1]?.username && <b>{line.username}: </b>}
          {line.text}
        </p>
      ))}
    </div>
  );
}
