import type { JSX } from 'preact';

const paths = {
  mic: 'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3M6 11a6 6 0 0 0 12 0M12 17v4M9 21h6',
  micOff:
    'M4 4l16 16M9 9v2a3 3 0 0 0 4.6 2.5M15 11V6a3 3 0 0 0-5.6-1.5M6 11a6 6 0 0 0 9.6 4.8M17.6 13A6 6 0 0 0 18 11M12 17v4M9 21h6',
  camera: 'M4 7h10a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1M15 11l6-3v8l-6-3',
  cameraOff: 'M4 4l16 16M9 7h5a1 1 0 0 1 1 1v5M15 16a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8M15 11l6-3v8l-4-2',
  screen: 'M4 5h16v11H4zM9 20h6M12 16v4M12 13V8M9.500 10.500 12 8l2.500 2.500',
  screenOff: 'M4 5h16v11H4zM9 20h6M12 16v4M9.500 8.500l5 5M14.500 8.500l-5 5',
  leave: 'M3 15v-2c0-3 4-5 9-5s9 2 9 5v2l-4-1v-2.500c-3-1-7-1-10 0V14z',
  chat: 'M4 5h16v11H10l-4 4v-4H4z',
  people: 'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7M2.500 20c0-4 3-6 6.500-6s6.500 2 6.500 6M16 4.500a3.500 3.500 0 0 1 0 6.500M17.500 14.500c2.500.7 4 2.700 4 5.500',
  settings:
    'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6M12 3v3M12 18v3M3 12h3M18 12h3M5.600 5.600l2.100 2.100M16.300 16.300l2.100 2.100M5.600 18.400l2.100-2.100M16.300 7.700l2.100-2.100',
  hand: 'M8 12V5.500a1.500 1.500 0 0 1 3 0V11M11 11V4.500a1.500 1.500 0 0 1 3 0V11M14 11V6a1.500 1.500 0 0 1 3 0v8c0 4-2 7-5.500 7S6 19 4.500 15.500L3.500 13a1.500 1.500 0 0 1 2.700-1.200L8 14',
  close: 'M6 6l12 12M18 6L6 18',
  send: 'M4 12l16-8-6 16-3-6zM11 14l9-10',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  pin: 'M9 4h6l-1 6 3 3H7l3-3zM12 13v7',
  expand: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  pip: 'M3 5h18v14H3zM12 12h7v5h-7z',
  speaker: 'M4 9h4l5-4v14l-5-4H4zM16.500 9a4 4 0 0 1 0 6M19 6.500a8 8 0 0 1 0 11',
  speakerOff: 'M4 9h4l5-4v14l-5-4H4zM17 9.500l5 5M22 9.500l-5 5',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  record: 'M12 6a6 6 0 1 0 0 12 6 6 0 0 0 0-12',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  star: 'M12 4l2.500 5 5.500.800-4 3.900 1 5.500-5-2.700-5 2.700 1-5.500-4-3.900 5.500-.800z',
  smile: 'M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17M8.500 14c1.700 2.300 5.300 2.300 7 0M9 9.500h.01M15 9.500h.01',
  film: 'M4 5h16v14H4zM10 9l5 3-5 3z',
  back: 'M15 5l-7 7 7 7',
  forward: 'M9 5l7 7-7 7',
  trash: 'M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13',
} as const;

export type IconName = keyof typeof paths;

/** A line drawing; purely decorative, so the control around it needs a name of its own. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
