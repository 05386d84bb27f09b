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

/** Above the button, by the distance from the lower edge of the window, or below it, by that from the upper one. */
interface Place {
  left: string;
  top?: string;
  bottom?: string;
  width: string;
  'max-height': string;
}

const WIDTH = 240;
const ITEM_HEIGHT = 44;
/** Entries of a row menu that fit beside one another. */
const ROW_ITEMS = 6;
/** Distance from the button and from the edges of the window. */
const SPACE = 8;
const entries = '[role=menuitem], [role=menuitemcheckbox]';

function placeAt(button: HTMLElement, items: number, row: boolean): Place {
  const box = button.getBoundingClientRect();
  const width = row ? ROW_ITEMS * ITEM_HEIGHT + 2 * SPACE : WIDTH;
  const height = (row ? Math.ceil(items / ROW_ITEMS) : items) * ITEM_HEIGHT + 2 * SPACE;
  const { innerWidth, innerHeight } = window;
  const px = (length: number): string => `${String(Math.round(length))}px`;
  const below = box.bottom + height < innerHeight || box.top < innerHeight / 2;
  return {
    left: px(Math.max(SPACE, Math.min(box.left, innerWidth - width - SPACE))),
    ...(below ? { top: px(box.bottom + SPACE / 2) } : { bottom: px(innerHeight - box.top + SPACE / 2) }),
    width: px(width),
    'max-height': px((below ? innerHeight - box.bottom : box.top) - 2 * SPACE),
  };
}

function moveFocus(list: HTMLElement, step: number): void {
  const all = [...list.querySelectorAll<HTMLElement>(entries)];
  const at = all.indexOf(document.activeElement as HTMLElement);
  all[(at + step + all.length) % all.length]?.focus();
}

interface ListProps {
  label: string;
  items: MenuItem[];
  row: boolean;
  place: Place;
  button: preact.RefObject<HTMLButtonElement>;
  /** `refocus` says whether the button is to have the focus again. */
  onClose: (refocus: boolean) => void;
}

/** The open menu. It has the focus, and closes at Escape, Tab, a choice, or a press elsewhere. */
function MenuList({ label, items, row, place, button, onClose }: ListProps): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector<HTMLElement>(entries)?.focus();
    const elsewhere = (event: Event): void => {
      const target = event.target as Node;
      if (!list.current?.contains(target) && !button.current?.contains(target)) onClose(false);
    };
    // The focus may have gone elsewhere meanwhile, for instance by a press on the menu's border.
    const escape = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') onClose(true);
    };
    document.addEventListener('pointerdown', elsewhere);
    document.addEventListener('keydown', escape);
    return () => {
      document.removeEventListener('pointerdown', elsewhere);
      document.removeEventListener('keydown', escape);
    };
  }, []);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose(true);
    else if (event.key === 'Tab') onClose(false);
    else if (list.current && /^Arrow(Down|Right)$/.test(event.key)) moveFocus(list.current, 1);
    else if (list.current && /^Arrow(Up|Left)$/.test(event.key)) moveFocus(list.current, -1);
    else return;
    if (event.key !== 'Tab') event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={list}
      class={`menu ${row ? 'menu-row' : ''}`}
      role="menu"
      aria-label={label}
      style={{ ...place }}
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
            onClose(true);
            item.onChoose();
          }}
        >
          {item.label}
        </button>
      ))}
    </div>
  );
}

/** A button that opens a menu, for mouse, touch and keyboard. */
export function Menu({ label, items, children, testId, row = false, ...rest }: Props): JSX.Element {
  const [place, setPlace] = useState<Place>();
  const button = useRef<HTMLButtonElement>(null);
  const close = (refocus: boolean): void => {
    setPlace(undefined);
    if (refocus) button.current?.focus();
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
          else if (button.current) setPlace(placeAt(button.current, items.length, row));
        }}
      >
        {children}
      </button>
      {place && (
        <MenuList label={label} items={items} row={row} place={place} button={button} onClose={close} />
      )}
    </>
  );
}
