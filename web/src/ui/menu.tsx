import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface MenuItem {
  key: string;
  label: string;
  onChoose: () => void;
  danger?: boolean;
}

interface Props {
  label: string;
  items: MenuItem[];
  children: ComponentChildren;
  class?: string;
  testId?: string;
}

interface Place {
  left: number;
  top: number;
}

const WIDTH = 240;
const ITEM_HEIGHT = 44;

function placeBelow(button: HTMLElement, items: number): Place {
  const box = button.getBoundingClientRect();
  const height = items * ITEM_HEIGHT + 16;
  const below = box.bottom + height < window.innerHeight;
  return {
    left: Math.max(8, Math.min(box.left, window.innerWidth - WIDTH - 8)),
    top: below ? box.bottom + 4 : Math.max(8, box.top - height),
  };
}

function moveFocus(list: HTMLElement, step: number): void {
  const entries = [...list.querySelectorAll<HTMLElement>('[role=menuitem]')];
  const at = entries.indexOf(document.activeElement as HTMLElement);
  entries[(at + step + entries.length) % entries.length]?.focus();
}

/** A button that opens a menu, for mouse, touch and keyboard. */
export function Menu({ label, items, children, testId, ...rest }: Props): JSX.Element {
  const [place, setPlace] = useState<Place>();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);

  const close = (refocus: boolean): void => {
    setPlace(undefined);
    if (refocus) button.current?.focus();
  };

  useEffect(() => {
    if (!place) return;
    list.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    const elsewhere = (event: Event): void => {
      if (!list.current?.contains(event.target as Node)) close(false);
    };
    document.addEventListener('pointerdown', elsewhere);
    return () => {
      document.removeEventListener('pointerdown', elsewhere);
    };
  }, [place]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') close(true);
    else if (event.key === 'Tab') close(false);
    else if (list.current && event.key === 'ArrowDown') moveFocus(list.current, 1);
    else if (list.current && event.key === 'ArrowUp') moveFocus(list.current, -1);
    else return;
    if (event.key !== 'Tab') event.preventDefault();
    event.stopPropagation();
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        class={rest.class}
        aria-haspopup="menu"
        aria-expanded={place !== undefined}
        aria-label={label}
        data-testid={testId}
        onClick={() => {
          if (place) close(false);
          else if (button.current) setPlace(placeBelow(button.current, items.length));
        }}
      >
        {children}
      </button>
      {place && (
        <div
          ref={list}
          class="menu"
          role="menu"
          aria-label={label}
          style={{ left: place.left, top: place.top, width: WIDTH }}
          onKeyDown={onKeyDown}
        >
          {items.map((item) => (
            <button
              key={item.key}
              type="button"
              role="menuitem"
              class={item.danger ? 'danger' : ''}
              data-testid={`menu-${item.key}`}
              onClick={() => {
                close(true);
                item.onChoose();
              }}
            >
              {item.label}
            </button>
          ))}
        </div>
      )}
    </>
  );
}
