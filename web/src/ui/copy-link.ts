import type { Call } from '../call/call';
import { t } from '../i18n';

/** Copies a link and says so. False if the browser did not allow it; the user has been told. */
export async function copyLink(call: Call, link: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(link);
    call.notices.info(t('invite.copied'));
    return true;
  } catch {
    call.notices.warn(t('invite.copyFailed'));
    return false;
  }
}
