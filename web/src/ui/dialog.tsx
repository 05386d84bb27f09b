import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { signal } from '@preact/signals';
import { t } from '../i18n';
import { IconButton } from './icon-button';
import { Toasts } from './toasts';

/** The open dialogues, the uppermost last. Nothing but this one can be reached, so notices are shown inside it. */
const open = signal<readonly symbol[]>([]);

/** Notices are not covered by a dialogue. */
export function isUncovered(): boolean {
  return open.value.length === 0;
}

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  testId?: string;
  /** As wide as two columns, where there is room. */
  wide?: boolean;
  /** The id of the text that asks for a decision; the window is an alert then. */
  describedBy?: string;
}

/** A modal window; Escape and the close button end it, the browser keeps the focus inside. */
export function Dialog({ title, onClose, children, testId, wide, describedBy }: Props): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  const [self] = useState(() => Symbol(title));
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    open.value = [...open.value, self];
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
      open.value = open.value.filter((other) => other !== self);
      // Whatever opened it has the focus again, so that the keyboard goes on from there.
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class={`dialog ${wide ? 'dialog-wide' : ''}`}
      role={describedBy === undefined ? undefined : 'alertdialog'}
      aria-label={title}
      aria-describedby={describedBy}
      data-testid={testId}
      onClose={onClose}
      onClick={(event) => {
        // A click on the backdrop hits the dialog element itself.
        if (event.target === element.current) onClose();
      }}
    >
      <div class="dialog-body">
        <header class="panel-header">
          <h2>{title}</h2>
          <IconButton icon="close" label={t('close')} onClick={onClose} />
        </header>
        {children}
      </div>
      {open.value.at(-1) === self && <Toasts />}
    </dialog>
  );
}
