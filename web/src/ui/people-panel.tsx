import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { groupActions } from '../call/moderation';
import { t } from '../i18n';
import { useCall } from './call-context';
import { Icon } from './icons';
import { Menu } from './menu';
import { dialogue } from './panels';
import { UserEntry } from './user-entry';

/** A search field is worth its place from this many people on. */
const SEARCH_FROM = 12;

/** Who is here, and what can be done with the group. */
export function PeoplePanel(): JSX.Element {
  const call = useCall();
  const [search, setSearch] = useState('');
  const users = call.members.list.value;
  const needle = search.trim().toLocaleLowerCase();
  const found = needle
    ? users.filter((user) => user.username.toLocaleLowerCase().includes(needle))
    : users;
  const items = groupActions(call).map(({ key, label, run, danger }) => ({
    key,
    label,
    onChoose: run,
    danger,
  }));
  if (call.may('token')) {
    items.unshift({
      key: 'invite',
      label: t('group.invite'),
      onChoose: () => {
        dialogue.value = 'invite';
      },
      danger: false,
    });
  }
  items.push({
    key: 'restart',
    label: t('group.restartMedia'),
    onChoose: () => {
      call.restartMedia();
    },
    danger: false,
  });
  return (
    <section class="people" aria-label={t('people.label')} data-testid="people">
      <header class="panel-header">
        <h2>{t('people.count', { count: call.members.people.value })}</h2>
        <Menu label={t('group.menu')} class="icon-button" items={items} testId="group-menu">
          <Icon name="more" />
        </Menu>
      </header>
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
      <ul class="users">
        {found.map((user) => (
          <UserEntry key={user.id} user={user} />
        ))}
      </ul>
    </section>
  );
}
