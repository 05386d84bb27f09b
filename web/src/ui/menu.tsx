import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface MenuItem {
  key: string;
  label: string;
  onChoose: () => void;
  danger?: boolean;
  /** Present for entries that switch something on and off. */
  checked?: boolean;
}

interface Props {
  label: string;
  items: MenuItem[];
  children: ComponentChildren;
  class?: string;
  testId?: string;
  /** Entries stand beside one another; each label is a single sign. */
  row?: boolean;
  /** The tooltip of the button is its label. */
  titled?: boolean;
}

interface Place {
  left: number;
  top: number;
}

const WIDTH = 240;
const ITEM_HEIGHT = 44;
/** Entries of a row menu that fit beside one another. */
const ROW_ITEMS = 6;
const entries = '[role=menuitem], [role=menuitemcheckbox]';

function placeBelow(button: HTMLElement, items: number, row: boolean): Place {
  const box = button.getBoundingClientRect();
  const height = (row ? Math.ceil(items / ROW_ITEMS) : items) * ITEM_HEIGHT + 16;
  const below = box.bottom + height < window.innerHeight;
  return {
    left: Math.max(8, Math.min(box.left, window.innerWidth - WIDTH - 8)),
    top: below ? box.bottom + 4 : Math.max(8, box.top - height),
  };
}

function moveFocus(list: HTMLElement, step: number): void {
  const all = [...list.querySelectorAll<HTMLElement>(entries)];
  const at = all.indexOf(document.activeElement as HTMLElement);
  all[(at + step + all.length) % all.length]?.focus();
}

/** A button that opens a menu, for mouse, touch and keyboard. */
export function Menu({ label, items, children, testId, row = false, ...rest }: Props): JSX.Element {
  const [place, setPlace] = useState<Place>();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);

  const close = (refocus: boolean): void => {
    setPlace(undefined);
    if (refocus) button.current?.focus();
  };

  useEffect(() => {
    if (!place) return;
    list.current?.querySelector<HTMLElement>(entries)?.focus();
    const elsewhere = (event: Event): void => {
      const target = event.target as Node;
      if (!list.current?.contains(target) && !button.current?.contains(target)) close(false);
    };
    document.addEventListener('pointerdown', elsewhere);
    return () => {
      document.removeEventListener('pointerdown', elsewhere);
    };
  }, [place]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') close(true);
    else if (event.key === 'Tab') close(false);
    else if (list.current && /^Arrow(Down|Right)$/.test(event.key)) moveFocus(list.current, 1);
    else if (list.current && /^Arrow(Up|Left)$/.test(event.key)) moveFocus(list.current, -1);
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
        title={rest.titled ? label : undefined}
        data-testid={testId}
        onClick={() => {
          if (place) close(false);
          else if (button.current) setPlace(placeBelow(button.current, items.length, row));
        }}
      >
        {children}
      </button>
      {place && (
        <div
          ref={list}
          class={`menu ${row ? 'menu-row' : ''}`}
          role="menu"
          aria-label={label}
          style={{ left: `${String(place.left)}px`, top: `${String(place.top)}px`, width: `${String(row ? ROW_ITEMS * ITEM_HEIGHT + 12 : WIDTH)}px` }}
          onKeyDown={onKeyDown}
        >
          {items.map((item) => (
            <button
              key={item.key}
              type="button"
              role={item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
              aria-checked={item.checked}
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
