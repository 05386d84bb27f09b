import type { JSX } from 'preact';
import { HelpDialog } from './help-dialog';
import { InvitationDialog, InviteDialog } from './invite-dialog';
import { dialogue } from './panels';
import { SettingsDialog } from './settings-dialog';

/** The modal windows, at most one of each. */
export function Dialogues(): JSX.Element {
  return (
    <>
      {dialogue.value === 'settings' && <SettingsDialog />}
      {dialogue.value === 'invite' && <InviteDialog />}
      {dialogue.value === 'help' && <HelpDialog />}
      <InvitationDialog />
    </>
  );
}
