import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { IconButton } from './icon-button';

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
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
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
    </dialog>
  );
}
