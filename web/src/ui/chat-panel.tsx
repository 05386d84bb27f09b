import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { continues } from '../call/chat-log';
import { t } from '../i18n';
import { useCall } from './call-context';
import { ChatInput } from './chat-input';
import { ChatMessageView } from './chat-message';

/** This close to the end counts as reading along. */
const AT_END_PX = 60;

/** Whatever arrives while the panel is open, and the page looked at, counts as read. */
function useSeen(): void {
  const { chat } = useCall();
  useEffect(() => {
    chat.visible = true;
    chat.seen();
    const look = (): void => {
      if (!document.hidden) chat.seen();
    };
    document.addEventListener('visibilitychange', look);
    return () => {
      chat.visible = false;
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
}

/** What is said in writing. New messages scroll into view only if the reader is at the end anyway. */
export function ChatPanel(): JSX.Element {
  const { chat } = useCall();
  const entries = chat.entries.value;
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  /** Something has come that is further down than what is being read. */
  const [more, setMore] = useState(false);
  const last = entries.at(-1);

  const goToEnd = (): void => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  };

  useLayoutEffect(() => {
    const box = list.current;
    if (!box) return;
    if (atEnd.current || last?.own) goToEnd();
    else setMore(box.scrollHeight - box.scrollTop - box.clientHeight > AT_END_PX);
  }, [last?.key]);

  useEffect(() => {
    const box = list.current;
    if (!box) return;
    // Somebody who reads along goes on doing so when the panel becomes smaller.
    const observer = new ResizeObserver(() => {
      if (atEnd.current) box.scrollTop = box.scrollHeight;
    });
    observer.observe(box);
    return () => {
      observer.disconnect();
    };
  }, []);

  useSeen();

  return (
    <section class="chat" aria-label={t('chat.label')} data-testid="chat">
      <div
        ref={list}
        class="messages"
        role="log"
        // What was said before one came is there to be read, not to be read out.
        aria-live={last?.history ? 'off' : 'polite'}
        tabIndex={0}
        aria-label={t('chat.label')}
        onScroll={(event) => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          atEnd.current = scrollHeight - scrollTop - clientHeight < AT_END_PX;
          if (atEnd.current) setMore(false);
        }}
      >
        <ol>
          {entries.map((entry, index) => (
            <ChatMessageView
              key={entry.key}
              entry={entry}
              continued={continues(entries[index - 1], entry)}
            />
          ))}
        </ol>
      </div>
      {more && (
        <button type="button" class="more-below" data-testid="chat-below" onClick={goToEnd}>
          {t('chat.below')} <span aria-hidden="true">↓</span>
        </button>
      )}
      <ChatInput />
    </section>
  );
}
