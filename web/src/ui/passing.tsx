import type { JSX } from 'preact';
import { t } from '../i18n';
import { useCall } from './call-context';

/** Who has come and gone, for a moment; screen readers read it out. */
export function PresenceLine(): JSX.Element {
  const { presence } = useCall();
  return (
    <p class="presence" role="status" data-testid="presence">
      {presence.line.value && <span>{presence.line.value}</span>}
    </p>
  );
}

/** What the others say without a word. */
export function ReactionBubbles(): JSX.Element {
  const { reactions } = useCall();
  return (
    <ul class="reactions" aria-live="polite" aria-label={t('reactions.label')} data-testid="reactions">
      {reactions.shown.value.map(({ key, emoji, username }) => (
        <li key={key} data-username={username}>
          <span class="emoji">{emoji}</span> {username || t('anonymous')}
        </li>
      ))}
    </ul>
  );
}
