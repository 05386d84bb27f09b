import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { submitChat } from '../call/commands';
import { t } from '../i18n';
import { useCall } from './call-context';
import { IconButton } from './icon-button';
import { Icon } from './icons';
import { privateTo } from './private-chat';

function PrivateBar(): JSX.Element | null {
  const call = useCall();
  if (privateTo.value === undefined) return null;
  const user = call.members.byId(privateTo.value);
  return (
    <div class="private-bar" data-testid="private-bar">
      <span>
        {user ? t('chat.private', { name: user.username || t('anonymous') }) : t('chat.gone')}
      </span>
      <IconButton
        icon="close"
        label={t('chat.toEverybody')}
        onClick={() => {
          privateTo.value = undefined;
        }}
      />
    </div>
  );
}

/** Where chat messages and commands are written. Text that was refused stays. */
export function ChatInput(): JSX.Element {
  const call = useCall();
  const [text, setText] = useState('');
  const area = useRef<HTMLTextAreaElement>(null);
  const silenced = !call.permissions.value.includes('message');

  const submit = (): void => {
    if (text.trim() === '') return;
    if (submitChat(call, text, privateTo.value)) setText('');
    area.current?.focus();
  };

  return (
    <form
      class="chat-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <PrivateBar />
      <div class="chat-line">
        <textarea
          ref={area}
          rows={Math.min(5, text.split('\n').length)}
          value={text}
          placeholder={t(silenced ? 'chat.onlyCommands' : 'chat.placeholder')}
          aria-label={t('chat.placeholder')}
          data-testid="chat-input"
          onInput={(event) => {
            setText(event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            submit();
          }}
        />
        <button
          type="submit"
          class="icon-button send"
          title={t('chat.send')}
          aria-label={t('chat.send')}
          data-testid="chat-send"
        >
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}
