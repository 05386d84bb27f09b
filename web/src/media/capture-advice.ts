import { t } from '../i18n';

/** What to tell the user when a camera or microphone could not be opened: what is wrong and what to do. */
export function explainCaptureError(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return t('capture.denied');
    case 'NotFoundError':
    case 'DevicesNotFoundError':
      return t('capture.notFound');
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return t('capture.busy');
    case 'OverconstrainedError':
      return t('capture.overconstrained');
    default:
      return t('capture.other', { detail: error instanceof Error ? error.message : String(error) });
  }
}

/** What to tell the user when a screen could not be shared. */
export function explainScreenError(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError') return t('capture.screenDenied');
  return t('capture.screenFailed', { detail: error instanceof Error ? error.message : String(error) });
}

/** Whether the user simply closed the browser's picker. */
export function isPickerCancelled(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'AbortError' ||
      (error.name === 'NotAllowedError' && !/system/i.test(error.message)))
  );
}
