import { computed, signal } from '@preact/signals';

/** Below this the side panel covers the videos instead of standing beside them. */
const NARROW = '(max-width: 820px)';

const query = window.matchMedia(NARROW);
export const narrow = signal(query.matches);
query.addEventListener('change', () => {
  narrow.value = query.matches;
});

export type Dialogue = 'settings' | 'invite' | 'help' | 'captions' | 'notices';

export const chatOpen = signal(!query.matches);
export const peopleOpen = signal(!query.matches);
/** Every tile shows the figures of its stream. */
export const showStatistics = signal(false);
export const dialogue = signal<Dialogue | undefined>(undefined);

export const sideOpen = computed(() => chatOpen.value || peopleOpen.value);

/** Shows or hides the chat; in a narrow window it takes the place of the people. */
export function toggleChat(): void {
  chatOpen.value = !chatOpen.value;
  if (chatOpen.value && narrow.value) peopleOpen.value = false;
}

export function togglePeople(): void {
  peopleOpen.value = !peopleOpen.value;
  if (peopleOpen.value && narrow.value) chatOpen.value = false;
}

export function closeSide(): void {
  chatOpen.value = false;
  peopleOpen.value = false;
}
