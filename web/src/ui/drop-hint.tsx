import type { JSX } from 'preact';
import { t } from '../i18n';
import { dragged } from './file-drop';

/** Says what dropping the dragged files would do. */
export function DropHint(): JSX.Element | null {
  if (!dragged.value) return null;
  const { over } = dragged.value;
  return (
    <div class="drop-hint" data-testid="drop-hint">
      <p>{over ? t('drop.onPerson', { name: over.username || t('anonymous') }) : t('drop.here')}</p>
    </div>
  );
}
