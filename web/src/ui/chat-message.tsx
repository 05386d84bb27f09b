import type { JSX } from 'preact';
import type { ChatEntry } from '../call/chat-log';
import { kickAction } from '../call/moderation';
import { currentLanguage, t } from '../i18n';
import { useCall } from './call-context';
import { actionItem } from './confirm-dialog';
import { Icon } from './icons';
import { withLinks } from './links';
import { Menu, type MenuItem } from './menu';
import { talkTo } from './private-chat';

/** The time of day, with the date if it was not today. */
export function messageTime(time: Date, now: Date, language: string): string {
  const sameDay = time.toDateString() === now.toDateString();
  return time.toLocaleString(language, {
    ...(sameDay ? {} : { day: 'numeric', month: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
  });
}

function useItems(entry: ChatEntry): MenuItem[] {
  const call = useCall();
  const { source, id } = entry;
  if (!source) return [];
  const items: MenuItem[] = [];
  if (!entry.own && call.may('message') && call.members.byId(source)) {
    items.push({
      key: 'reply',
      label: t('chat.privately'),
      onChoose: () => {
        talkTo(source);
      },
    });
  }
  if (!call.may('op')) return items;
  const clear = (value: Record<string, string>) => () => {
    call.act((connection) => {
      connection.groupAction('clearchat', value);
    });
  };
  if (id && !entry.recipient) {
    items.push({
      key: 'delete',
      label: t('chat.delete'),
      onChoose: clear({ id, userId: source }),
    });
  }
  const name = entry.username || t('anonymous');
  items.push(
    actionItem({
      key: 'delete-all',
      label: t('chat.deleteAll'),
      danger: true,
      confirmation: { text: t('confirm.deleteAll', { name }) },
      run: clear({ userId: source }),
    }),
  );
  if (!entry.own && call.members.byId(source)) {
    items.push({
      key: 'identify',
      label: t('user.identify'),
      onChoose: () => {
        call.act((connection) => {
          connection.userAction('identify', source);
        });
      },
    });
    items.push(actionItem(kickAction(call, { id: source, username: entry.username })));
  }
  return items;
}

function Header({ entry }: { entry: ChatEntry }): JSX.Element {
  const name = entry.username || (entry.source ? t('anonymous') : '');
  return (
    <header>
      {name && <b>{name}</b>}
      {entry.privileged && (
        <span class="op" title={t('user.operator')}>
          <Icon name="star" />
        </span>
      )}
      {entry.recipient !== undefined && (
        <span class="private-mark">
          {t('chat.private', { name: entry.recipient || t('anonymous') })}
        </span>
      )}
      <time dateTime={entry.time.toISOString()} title={entry.time.toLocaleString()}>
        {messageTime(entry.time, new Date(), currentLanguage.value)}
      </time>
    </header>
  );
}

interface Props {
  entry: ChatEntry;
  /** The message follows one of the same author closely. */
  continued: boolean;
}

/** One chat message. */
export function ChatMessageView({ entry, continued }: Props): JSX.Element {
  const items = useItems(entry);
  const classes = ['message'];
  if (entry.own) classes.push('own');
  if (entry.recipient !== undefined) classes.push('private');
  if (!entry.source) classes.push('system');
  if (continued) classes.push('continued');
  return (
    <li
      class={classes.join(' ')}
      data-testid="chat-message"
      data-username={entry.username}
      data-history={String(entry.history)}
    >
      {!continued && entry.kind !== 'me' && <Header entry={entry} />}
      <p class="message-text">
        {entry.kind === 'me' && <i>* {entry.username || t('anonymous')} </i>}
        {withLinks(entry.text)}
      </p>
      {entry.refused && <small class="refused">{t('chat.undelivered')}</small>}
      {items.length > 0 && (
        <Menu label={t('chat.menu')} class="icon-button message-menu" items={items}>
          <Icon name="more" />
        </Menu>
      )}
    </li>
  );
}
