import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { listInvitations } from '../call/invitations';
import { groupActions } from '../call/moderation';
import { t } from '../i18n';
import { useCall } from './call-context';
import { actionItem } from './confirm-dialog';
import { Icon } from './icons';
import { Menu, type MenuItem } from './menu';
import { dialogue } from './panels';
import { UserEntry } from './user-entry';

/** A search field is worth its place from this many people on. */
const SEARCH_FROM = 12;

/** Raised hands in the order in which they went up. */
function Hands(): JSX.Element | null {
  const { members } = useCall();
  if (members.hands.value.length === 0) return null;
  return (
    <section class="hands" aria-label={t('people.hands')}>
      <Icon name="hand" />
      <ol data-testid="hands">
        {members.hands.value.map((id) => (
          <li key={id}>{members.byId(id)?.username || t('anonymous')}</li>
        ))}
      </ol>
    </section>
  );
}

/** The menu of the group: what one may do with it. */
function useGroupItems(): MenuItem[] {
  const call = useCall();
  const items: MenuItem[] = [];
  if (call.may('token')) {
    items.push({
      key: 'invite',
      label: t('group.invite'),
      onChoose: () => {
        dialogue.value = 'invite';
      },
    });
  }
  if (call.may('token') && call.may('op')) {
    items.push({
      key: 'invitations',
      label: t('invite.list'),
      onChoose: () => {
        listInvitations(call);
      },
    });
  }
  items.push(...groupActions(call).map(actionItem));
  if (call.may('record')) {
    items.push({
      key: 'recordings',
      label: t('group.recordings'),
      onChoose: () => {
        const path = call.group.value.split('/').map(encodeURIComponent).join('/');
        window.open(`/recordings/${path}/`, '_blank', 'noopener');
      },
    });
  }
  items.push({
    key: 'restart',
    label: t('group.restartMedia'),
    onChoose: () => {
      call.restartMedia();
    },
  });
  return items;
}

/** Who is here, and what can be done with the group. */
export function PeoplePanel(): JSX.Element {
  const call = useCall();
  const [search, setSearch] = useState('');
  const items = useGroupItems();
  const users = call.members.list.value;
  const needle = search.trim().toLocaleLowerCase();
  const found = needle
    ? users.filter((user) => user.username.toLocaleLowerCase().includes(needle))
    : users;
  return (
    <section class="people" aria-label={t('people.label')} data-testid="people">
      <header class="panel-header">
        <h2>{t('people.count', { count: call.members.people.value })}</h2>
        {users.length >= SEARCH_FROM && (
          <input
            type="search"
            value={search}
            placeholder={t('people.search')}
            aria-label={t('people.search')}
            onInput={(event) => {
              setSearch(event.currentTarget.value);
            }}
          />
        )}
        <Menu label={t('group.menu')} class="icon-button" items={items} testId="group-menu">
          <Icon name="more" />
        </Menu>
      </header>
      <Hands />
      <ul class="users">
        {found.map((user) => (
          <UserEntry key={user.id} user={user} />
        ))}
      </ul>
    </section>
  );
}
