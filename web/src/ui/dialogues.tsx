import type { JSX } from 'preact';
import { CaptionDialog } from './caption-dialog';
import { ConfirmDialog } from './confirm-dialog';
import { DropDialog } from './drop-dialog';
import { HelpDialog } from './help-dialog';
import { InvitationList } from './invitation-list';
import { InvitationDialog, InviteDialog } from './invite-dialog';
import { NoticeDialog } from './notice-dialog';
import { dialogue } from './panels';
import { SettingsDialog } from './settings-dialog';

/** The modal windows, at most one of each. */
export function Dialogues(): JSX.Element {
  return (
    <>
      {dialogue.value === 'settings' && <SettingsDialog />}
      {dialogue.value === 'invite' && <InviteDialog />}
      {dialogue.value === 'help' && <HelpDialog />}
      {dialogue.value === 'captions' && <CaptionDialog />}
      {dialogue.value === 'notices' && <NoticeDialog />}
      <InvitationList />
      <InvitationDialog />
      <DropDialog />
      <ConfirmDialog />
    </>
  );
}
