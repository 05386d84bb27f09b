import type { User } from '@halcyon/protocol';
import { t } from '../i18n';
import type { Call } from './call';
import { handRaisedAt, isRecorder } from './members';

export interface UserAction {
  key: string;
  label: string;
  run: () => void;
  danger?: boolean;
}

/** The kind of `usermessage` by which an operator asks a client to lower its user's hand. */
export const LOWER_HAND_KIND = 'lowerhand';

type Right = 'op' | 'unop' | 'present' | 'unpresent' | 'shutup' | 'unshutup';

/** What may be asked of another user besides talking to him. */
export function moderationActions(call: Call, user: User): UserAction[] {
  if (!call.may('op')) return [];
  const act = (kind: string) => () => {
    call.act((connection) => {
      connection.userAction(kind, user.id);
    });
  };
  const toggle = (permission: string, give: Right, take: Right): UserAction =>
    user.permissions.includes(permission)
      ? { key: take, label: t(`user.${take}`), run: act(take) }
      : { key: give, label: t(`user.${give}`), run: act(give) };
  const kick: UserAction = { key: 'kick', label: t('user.kick'), run: act('kick'), danger: true };
  if (isRecorder(user)) return [{ ...kick, label: t('user.stopRecording') }];
  const tell = (kind: string) => () => {
    call.act((connection) => {
      connection.userMessage(kind, null, { dest: user.id });
    });
  };
  const lower = { key: 'lowerhand', label: t('user.lowerHand'), run: tell(LOWER_HAND_KIND) };
  return [
    ...(handRaisedAt(user) === undefined ? [] : [lower]),
    {
      key: 'mute',
      label: t('user.mute'),
      run: tell('mute'),
    },
    toggle('present', 'present', 'unpresent'),
    toggle('message', 'unshutup', 'shutup'),
    toggle('op', 'op', 'unop'),
    { key: 'identify', label: t('user.identify'), run: act('identify') },
    kick,
  ];
}

/** What may be done with the whole group. */
export function groupActions(call: Call): UserAction[] {
  const action = (key: string, label: string): UserAction => ({
    key,
    label,
    run: () => {
      call.act((connection) => {
        connection.groupAction(key);
      });
    },
  });
  const actions: UserAction[] = [];
  if (call.may('op')) {
    actions.push({
      key: 'muteall',
      label: t('group.muteAll'),
      run: () => {
        call.act((connection) => {
          connection.userMessage('mute', null, { noecho: true });
        });
      },
    });
    actions.push(
      call.status.value.locked
        ? action('unlock', t('group.unlock'))
        : action('lock', t('group.lock')),
      { ...action('clearchat', t('group.clearChat')), danger: true },
    );
  }
  if (call.may('record')) {
    actions.push(
      call.members.recording.value
        ? action('unrecord', t('group.unrecord'))
        : action('record', t('group.record')),
    );
  }
  return actions;
}
