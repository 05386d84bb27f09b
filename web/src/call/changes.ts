import { t } from '../i18n';
import type { Notices } from './notices';

/** What a member may find changed at any time. */
export interface Standing {
  locked: boolean;
  permissions: readonly string[];
}

/** Says what has changed between one `joined` and the next: the lock, and the rights that make a difference. */
export function announceChanges(notices: Notices, before: Standing, after: Standing): void {
  if (after.locked !== before.locked) {
    notices.info(t(after.locked ? 'group.nowLocked' : 'group.nowUnlocked'));
  }
  const gained = after.permissions.filter((permission) => !before.permissions.includes(permission));
  const lost = before.permissions.filter((permission) => !after.permissions.includes(permission));
  if (gained.includes('present')) notices.info(t('rights.mayPresent'));
  if (lost.includes('present')) notices.warn(t('rights.noPresent'));
  if (gained.includes('op')) notices.info(t('rights.mayModerate'));
  if (lost.includes('op')) notices.warn(t('rights.noModerate'));
  if (gained.includes('message')) notices.info(t('rights.mayChat'));
  if (lost.includes('message')) notices.warn(t('rights.noChat'));
}
