import type { User } from '@halcyon/protocol';
import type { JSX } from 'preact';
import { handRaisedAt, isRecorder } from '../call/members';
import { moderationActions } from '../call/moderation';
import { t } from '../i18n';
import { useCall } from './call-context';
import { actionItem } from './confirm-dialog';
import { dragged, dropFor } from './file-drop';
import { Icon } from './icons';
import { Menu, type MenuItem } from './menu';
import { talkTo } from './private-chat';

function useItems(user: User): MenuItem[] {
  const call = useCall();
  if (user.id === call.members.own?.id) return [];
  const items: MenuItem[] = [];
  if (call.transfers.mayOffer(user)) {
    items.push({
      key: 'message',
      label: t('user.message'),
      onChoose: () => {
        talkTo(user.id);
      },
    });
    items.push({
      key: 'sendfile',
      label: t('user.sendFile'),
      onChoose: () => {
        call.transfers.pickAndOffer(user);
      },
    });
  }
  items.push(...moderationActions(call, user).map(actionItem));
  return items;
}

function Badges({ user }: { user: User }): JSX.Element {
  const call = useCall();
  const tiles = call.tiles.all.value.filter((tile) => tile.userId.value === user.id);
  const hand = call.members.hands.value.indexOf(user.id);
  return (
    <span class="badges">
      {handRaisedAt(user) !== undefined && (
        <span class="hand" title={t('user.handRaised')}>
          <Icon name="hand" />
          {hand >= 0 && hand + 1}
          <span class="sr-only">{t('user.handRaised')}</span>
        </span>
      )}
      {tiles.some((tile) => tile.label === 'screenshare') && (
        <span title={t('user.sharing')}>
          <Icon name="screen" />
          <span class="sr-only">{t('user.sharing')}</span>
        </span>
      )}
      {tiles.some((tile) => tile.label !== 'screenshare' && tile.hasVideo.value) && (
        <span title={t('user.hasVideo')}>
          <Icon name="camera" />
          <span class="sr-only">{t('user.hasVideo')}</span>
        </span>
      )}
      {tiles.some((tile) => tile.label !== 'screenshare' && tile.hasAudio.value) && (
        <span title={t(user.data['muted'] ? 'user.isMuted' : 'user.hasAudio')}>
          <Icon name={user.data['muted'] ? 'micOff' : 'mic'} />
          <span class="sr-only">{t(user.data['muted'] ? 'user.isMuted' : 'user.hasAudio')}</span>
        </span>
      )}
    </span>
  );
}

/** One line of the user list. */
export function UserEntry({ user }: { user: User }): JSX.Element {
  const call = useCall();
  const own = user.id === call.members.own?.id;
  const speaking = call.tiles.all.value.some(
    (tile) => tile.userId.value === user.id && tile.speaking.value,
  );
  const name = user.username || t('anonymous');
  const items = useItems(user);
  const classes = ['user'];
  if (speaking) classes.push('speaking');
  if (dragged.value && call.transfers.mayOffer(user)) classes.push('takes-files');
  if (dragged.value?.over?.id === user.id) classes.push('drop-target');
  return (
    <li
      class={classes.join(' ')}
      {...dropFor(call, user)}
      data-testid="user-entry"
      data-user-id={user.id}
      data-username={user.username}
    >
      <span class="user-name" title={name}>
        {isRecorder(user) ? t('user.recorder') : name}
        {own && <small> {t('user.you')}</small>}
        {user.permissions.includes('op') && (
          <span class="op" title={t('user.operator')}>
            <Icon name="star" />
            <span class="sr-only">{t('user.operator')}</span>
          </span>
        )}
      </span>
      <Badges user={user} />
      {items.length > 0 && (
        <Menu
          label={t('user.menu', { name })}
          class="icon-button"
          items={items}
          testId="user-menu"
        >
          <Icon name="more" />
        </Menu>
      )}
    </li>
  );
}
