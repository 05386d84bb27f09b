import { signal } from '@preact/signals';
import { chatOpen, narrow, peopleOpen } from './panels';

/** Client id of whom the next chat messages are for; undefined is everybody. */
export const privateTo = signal<string | undefined>(undefined);

/** Opens the chat with one user. */
export function talkTo(id: string): void {
  privateTo.value = id;
  chatOpen.value = true;
  if (narrow.value) peopleOpen.value = false;
  document.querySelector<HTMLElement>('[data-testid=chat-input]')?.focus();
}
