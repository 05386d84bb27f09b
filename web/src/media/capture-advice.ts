import { t } from '../i18n';

/** Chromium says of the system's refusal only this. */
function isDeniedBySystem(error: unknown): boolean {
  return error instanceof Error && /system/i.test(error.message);
}

/** What to tell the user when a screen could not be shared. */
export function explainScreenError(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError') return t('screen.denied');
  if (name === 'NotFoundError') return t('screen.notFound');
  return t('screen.failed', { detail: error instanceof Error ? error.message : String(error) });
}

/** What to tell the user when a camera or microphone could not be opened: what is wrong and what to do. */
export function explainCaptureError(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
      return t(isDeniedBySystem(error) ? 'capture.deniedBySystem' : 'capture.denied');
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

/** Whether the user simply closed the browser's picker. */
export function isPickerCancelled(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'AbortError' ||
      (error.name === 'NotAllowedError' && !isDeniedBySystem(error)))
  );
}
