import type { User } from '@halcyon/protocol';
import { t } from '../i18n';
import type { Call } from './call';
import { handRaisedAt, isRecorder } from './members';

export interface UserAction {
  key: string;
  label: string;
  /** `reason` is what the user was asked to give, if anything. */
  run: (reason?: string) => void;
  danger?: boolean;
  /** What cannot be undone is done only after this has been read. */
  confirmation?: Confirmation;
}

export interface Confirmation {
  text: string;
  /** The label of a field for a reason, where one may be given. */
  reason?: string;
}

/** The kind of `usermessage` by which an operator asks a client to lower its user's hand. */
export const LOWER_HAND_KIND = 'lowerhand';

type Right = 'op' | 'unop' | 'present' | 'unpresent' | 'shutup' | 'unshutup';

/** Removes a user from the group. */
export function kickAction(call: Call, { id, username }: Pick<User, 'id' | 'username'>): UserAction {
  const name = username || t('anonymous');
  return {
    key: 'kick',
    label: t('user.kick'),
    danger: true,
    confirmation: { text: t('confirm.kick', { name }), reason: t('confirm.reason', { name }) },
    run: (reason) => {
      call.act((connection) => {
        connection.userAction('kick', id, reason?.trim() === '' ? undefined : reason?.trim());
      });
    },
  };
}

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
  if (isRecorder(user)) {
    return [{ key: 'kick', label: t('user.stopRecording'), run: act('kick'), danger: true }];
  }
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
    kickAction(call, user),
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
      {
        ...action('clearchat', t('group.clearChat')),
        danger: true,
        confirmation: { text: t('confirm.clearChat') },
      },
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
