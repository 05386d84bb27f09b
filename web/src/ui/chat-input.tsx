import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { submitChat } from '../call/commands';
import { t } from '../i18n';
import { useCall } from './call-context';
import { ChatHistory } from './chat-history';
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

/** Outlives the panel, which may be closed meanwhile. */
const history = new ChatHistory();

/** The text that an arrow key calls back: upwards from the first line, downwards from the last. */
function recalled({ key, currentTarget: area }: KeyboardEvent & { currentTarget: HTMLTextAreaElement }): string | undefined {
  const { value, selectionStart, selectionEnd } = area;
  if (selectionStart !== selectionEnd) return undefined;
  if (key === 'ArrowUp' && !value.slice(0, selectionStart).includes('\n')) return history.older(value);
  if (key === 'ArrowDown' && !value.slice(selectionEnd).includes('\n')) return history.newer();
  return undefined;
}

/** Where chat messages and commands are written. Text that was refused stays. */
export function ChatInput(): JSX.Element {
  const call = useCall();
  const [text, setText] = useState('');
  const area = useRef<HTMLTextAreaElement>(null);
  const silenced = !call.permissions.value.includes('message');

  const submit = (): void => {
    if (text.trim() === '') return;
    if (submitChat(call, text, privateTo.value)) {
      history.add(text);
      setText('');
    }
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
            if (event.isComposing || event.shiftKey || event.altKey) return;
            const called = recalled(event);
            if (called !== undefined) setText(called);
            else if (event.key === 'Enter') submit();
            else return;
            event.preventDefault();
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
