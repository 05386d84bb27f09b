import { computed, signal, type ReadonlySignal } from '@preact/signals';

export type SendRate = 'lowest' | 'low' | 'normal' | 'unlimited';
export type SimulcastChoice = 'off' | 'auto' | 'on';
export type Reception = '' | 'audio' | 'screenshare' | 'everything-low' | 'everything';
export type FilterName =
  | ''
  | 'mirror-h'
  | 'mirror-v'
  | 'rotate'
  | 'background-blur'
  | 'background-image';
/** What counts most in a shared screen; the values are those of `contentHint`. */
export type ScreenContent = 'text' | 'motion';
/** What is put behind a person: a painted scene, or a picture of the user's own. */
export type BackgroundName = 'dawn' | 'forest' | 'room' | 'own';
/** `auto` is a grid in which shared screens are large, `speaker` makes whoever speaks large. */
export type Layout = 'auto' | 'grid' | 'speaker';
export type CaptionSize = 'normal' | 'large' | 'huge';
/** What the desktop is told about while the page is not looked at. */
export type Notifications = 'off' | 'messages' | 'all';
export type Theme = 'auto' | 'light' | 'dark';

/** What a user can set; stored in the browser, shared by its tabs. */
export interface Settings {
  /** Device ids; an empty string means off, `default` the browser's choice. */
  video: string;
  audio: string;
  /** Loudspeaker; an empty string is the system's. */
  audioOutput: string;
  mirrorView: boolean;
  blackboardMode: boolean;
  /** The browser's own echo cancellation, noise suppression and gain control. */
  preprocessing: boolean;
  /** A neural network takes noise out of the microphone's sound. */
  noiseFilter: boolean;
  hqaudio: boolean;
  /** What is done to the camera's picture before it is sent. */
  filter: FilterName;
  background: BackgroundName;
  screenContent: ScreenContent;
  send: SendRate;
  simulcast: SimulcastChoice;
  request: Reception;
  activityDetection: boolean;
  displayAll: boolean;
  captions: boolean;
  captionSize: CaptionSize;
  layout: Layout;
  notifications: Notifications;
  sounds: boolean;
  /** Single keys do things; those who speak to their computer may not want that (WCAG 2.1.4). */
  shortcuts: boolean;
  /** Width of the side panel in CSS pixels; 0 leaves it to the style sheet. */
  sideWidth: number;
  localMute: boolean;
  /** Ideal camera size; null leaves it to the browser. */
  resolution: [number, number] | null;
  forceRelay: boolean;
  theme: Theme;
  language: string;
  username: string;
}

export type SettingKey = keyof Settings;

/** Whether a filter is there so that others do not see one's surroundings. */
export function hidesBackground(filter: FilterName): boolean {
  return filter.startsWith('background-');
}

export const DEFAULT_DEVICE = 'default';

const onFirefox = /firefox/i.test(navigator.userAgent);

export const defaults: Readonly<Settings> = {
  video: DEFAULT_DEVICE,
  audio: DEFAULT_DEVICE,
  audioOutput: '',
  mirrorView: true,
  blackboardMode: false,
  preprocessing: true,
  noiseFilter: false,
  hqaudio: false,
  filter: '',
  background: 'dawn',
  screenContent: 'text',
  send: 'normal',
  // Simulcast is unreliable there.
  simulcast: onFirefox ? 'off' : 'auto',
  request: 'everything',
  activityDetection: true,
  displayAll: true,
  captions: true,
  captionSize: 'normal',
  layout: 'auto',
  notifications: 'off',
  sounds: false,
  shortcuts: true,
  sideWidth: 0,
  localMute: false,
  resolution: null,
  forceRelay: false,
  theme: 'auto',
  language: '',
  username: '',
};

const choices: Partial<Record<SettingKey, readonly unknown[]>> = {
  filter: ['', 'mirror-h', 'mirror-v', 'rotate', 'background-blur', 'background-image'],
  background: ['dawn', 'forest', 'room', 'own'],
  captionSize: ['normal', 'large', 'huge'],
  layout: ['auto', 'grid', 'speaker'],
  notifications: ['off', 'messages', 'all'],
  screenContent: ['text', 'motion'],
  send: ['lowest', 'low', 'normal', 'unlimited'],
  simulcast: ['off', 'auto', 'on'],
  request: ['', 'audio', 'screenshare', 'everything-low', 'everything'],
  theme: ['auto', 'light', 'dark'],
};

/** Between these, in CSS pixels, the side panel is of use. */
export const SIDE_MIN = 220;
export const SIDE_MAX = 1200;
const MAX_STRING = 256;
const STORAGE_KEY = 'halcyon-settings';

function isResolution(value: unknown): boolean {
  if (value === null) return true;
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((side) => Number.isInteger(side) && side > 0 && side <= 8192)
  );
}

/** Whether a value may be stored under a key. */
export function isValidSetting(key: SettingKey, value: unknown): boolean {
  if (key === 'resolution') return isResolution(value);
  const allowed = choices[key];
  if (allowed) return allowed.includes(value);
  if (typeof value !== typeof defaults[key]) return false;
  if (typeof value === 'number') return value === 0 || (value >= SIDE_MIN && value <= SIDE_MAX);
  return typeof value !== 'string' || value.length <= MAX_STRING;
}

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(defaults, key);
}

/** What is stored and may be; empty if storage is forbidden or its content is not ours. */
function stored(): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}');
    return Object.fromEntries(
      Object.entries(content ?? {}).filter(([key, value]) => isSettingKey(key) && isValidSetting(key, value)),
    );
  } catch {
    return {};
  }
}

function load(): Settings {
  return { ...defaults, ...stored() };
}

const current = signal<Settings>(load());

/** All settings. Reading it in a component re-renders the component on any change. */
export const settings: ReadonlySignal<Settings> = computed(() => current.value);

/** Stores one setting; the others stay as they are there, since another tab may have changed them. */
function store(key: SettingKey): void {
  const changed = new Map(Object.entries(stored()));
  const value = current.value[key];
  if (value === defaults[key]) changed.delete(key);
  else changed.set(key, value);
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(Object.fromEntries(changed)));
  } catch {
    // They last as long as the page, then.
  }
}

/** Changes one setting. Values that may not be stored are ignored. */
export function setSetting<K extends SettingKey>(key: K, value: Settings[K]): void {
  if (!isValidSetting(key, value) || current.value[key] === value) return;
  current.value = { ...current.value, [key]: value };
  store(key);
}

/** Goes back to the default. */
export function unsetSetting(key: SettingKey): void {
  setSetting(key, defaults[key]);
}
