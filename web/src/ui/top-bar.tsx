import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { useCall } from './call-context';
import { IconButton } from './icon-button';
import { Icon } from './icons';
import { chatOpen, dialogue, peopleOpen, toggleChat, togglePeople } from './panels';

/** The group's name and state, and the buttons that show the panels. */
export function TopBar(): JSX.Element {
  const call = useCall();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The login box has gone and taken the focus along: a screen reader goes on with where one is now.
    heading.current?.focus();
  }, []);
  return (
    <header class="top-bar">
      <h1 ref={heading} tabIndex={-1} title={call.title.value} data-testid="title">
        {call.title.value}
      </h1>
      {call.status.value.locked && (
        <span class="state" title={t('group.isLocked')} data-testid="locked">
          <Icon name="lock" />
          <span class="sr-only">{t('group.isLocked')}</span>
        </span>
      )}
      {call.members.recording.value && (
        <span class="state recording" role="status" data-testid="recording">
          <Icon name="record" />
          <span>{t('group.recording')}</span>
        </span>
      )}
      <span class="spacer" />
      <IconButton
        icon="people"
        label={t('people.count', { count: call.members.people.value })}
        pressed={peopleOpen.value}
        badge={call.members.hands.value.length}
        testId="toggle-people"
        onClick={togglePeople}
      />
      <IconButton
        icon="chat"
        label={t('chat.label')}
        pressed={chatOpen.value}
        badge={call.chat.unread.value}
        testId="toggle-chat"
        onClick={toggleChat}
      />
      <IconButton
        icon="settings"
        label={t('settings.label')}
        testId="open-settings"
        onClick={() => {
          dialogue.value = 'settings';
        }}
      />
    </header>
  );
}
