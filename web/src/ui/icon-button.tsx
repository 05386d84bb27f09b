import type { JSX } from 'preact';
import { Icon, type IconName } from './icons';

interface Props {
  icon: IconName;
  label: string;
  onClick: () => void;
  testId?: string;
  class?: string;
  pressed?: boolean;
  /** Does nothing for the moment, and keeps the focus, which a button that is disabled loses. */
  disabled?: boolean;
  /** Shows the label beside the icon in wide windows. */
  caption?: boolean;
  badge?: number;
}

/** A button with an icon; the label is its name and tooltip. */
export function IconButton(props: Props): JSX.Element {
  const badge = props.badge ? (props.badge > 99 ? '99+' : String(props.badge)) : '';
  return (
    <button
      type="button"
      class={`icon-button ${props.class ?? ''}`}
      title={props.label}
      aria-label={badge ? `${props.label}, ${badge}` : props.label}
      aria-pressed={props.pressed}
      aria-disabled={props.disabled}
      data-testid={props.testId}
      onClick={() => {
        if (!props.disabled) props.onClick();
      }}
    >
      <Icon name={props.icon} />
      {props.caption && <span class="caption">{props.label}</span>}
      {badge && <span class="badge">{badge}</span>}
    </button>
  );
}
