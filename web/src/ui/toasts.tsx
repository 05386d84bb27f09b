import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Notice } from '../call/notices';
import { t } from '../i18n';
import { useCall } from './call-context';
import { IconButton } from './icon-button';

/** Errors stay longer: there is more to read and to do about them. */
const SHOWN_MS = { error: 12_000, warning: 8_000, info: 5_000 };

function Toast({ notice }: { notice: Notice }): JSX.Element {
  const { notices } = useCall();
  // A message stays while it is pointed at, or the keyboard is in it.
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  const held = pointed || focused;
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => {
      notices.dismiss(notice.key);
    }, SHOWN_MS[notice.severity]);
    return () => {
      clearTimeout(timer);
    };
  }, [held, notice]);
  return (
    <div
      class={`toast toast-${notice.severity}`}
      data-testid={`toast-${notice.severity}`}
      role={notice.severity === 'error' ? 'alert' : undefined}
      onMouseEnter={() => {
        setPointed(true);
      }}
      onMouseLeave={() => {
        setPointed(false);
      }}
      onFocusIn={() => {
        setFocused(true);
      }}
      onFocusOut={() => {
        setFocused(false);
      }}
    >
      <span>{notice.text}</span>
      <IconButton
        icon="close"
        label={t('close')}
        onClick={() => {
          notices.dismiss(notice.key);
        }}
      />
    </div>
  );
}

/** Passing messages, the newest last. */
export function Toasts(): JSX.Element {
  const { notices } = useCall();
  return (
    <div class="toasts" aria-live="polite">
      {notices.shown.value.map((notice) => (
        <Toast key={notice.key} notice={notice} />
      ))}
    </div>
  );
}
