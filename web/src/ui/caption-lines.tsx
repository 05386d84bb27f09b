import type { JSX } from 'preact';
import { settings } from '../settings/settings';
import { useCall } from './call-context';

/** What is being said, in writing. */
export function CaptionLines(): JSX.Element | null {
  const { captions } = useCall();
  if (!settings.value.captions) return null;
  return (
    <div class="captions" aria-live="polite" data-testid="captions">
      {captions.lines.value.map((line) => (
        <p key={line.key}>
          {line.username && <b>{line.username}: </b>}
          {line.text}
        </p>
      ))}
    </div>
  );
}
