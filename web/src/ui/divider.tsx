import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { t } from '../i18n';
import { setSetting, settings, SIDE_MAX, SIDE_MIN } from '../settings/settings';

/** How far one press of an arrow key moves it, in CSS pixels. */
const STEP = 24;
/** The videos keep at least this share of the window. */
const SIDE_SHARE = 0.7;

function widest(): number {
  return Math.max(SIDE_MIN, Math.min(SIDE_MAX, Math.floor(window.innerWidth * SIDE_SHARE)));
}

function resize(width: number): void {
  setSetting('sideWidth', Math.round(Math.min(widest(), Math.max(SIDE_MIN, width))));
}

/** The line between the videos and the side panel: dragged with mouse or finger, moved with the arrow keys. */
export function Divider(): JSX.Element {
  const line = useRef<HTMLDivElement>(null);
  const present = (): number => line.current?.nextElementSibling?.getBoundingClientRect().width ?? SIDE_MIN;
  return (
    <div
      ref={line}
      class="divider"
      role="separator"
      aria-orientation="vertical"
      aria-label={t('side.width')}
      aria-valuenow={settings.value.sideWidth || SIDE_MIN}
      aria-valuemin={SIDE_MIN}
      aria-valuemax={widest()}
      tabIndex={0}
      data-testid="divider"
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) resize(window.innerWidth - event.clientX);
      }}
      onDblClick={() => {
        setSetting('sideWidth', 0);
      }}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') resize(present() + STEP);
        else if (event.key === 'ArrowRight') resize(present() - STEP);
        else if (event.key === 'Home') setSetting('sideWidth', 0);
        else return;
        event.preventDefault();
      }}
    />
  );
}
