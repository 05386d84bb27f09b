import type { User } from '@halcyon/protocol';
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Call } from '../call/call';

/** Files are being dragged over the page; `over` is the member they would go to if dropped now. */
export const dragged = signal<{ over?: User } | undefined>(undefined);
/** Files that were dropped on the page itself, until it is known what to do with them. */
export const dropped = signal<readonly File[]>([]);

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/** The files of a drop; folders, which look like empty files, are left out. */
function filesOf({ dataTransfer }: DragEvent): File[] {
  return [...(dataTransfer?.items ?? [])]
    .filter((item) => item.kind === 'file' && !item.webkitGetAsEntry()?.isDirectory)
    .flatMap((item) => item.getAsFile() ?? []);
}

/** With a dialogue open, nothing behind it takes files. */
function takesFiles(): boolean {
  return document.querySelector('dialog[open]') === null;
}

function whileDragging(event: DragEvent): void {
  if (!carriesFiles(event)) return;
  // Otherwise the browser would leave the call and show the file in its place.
  event.preventDefault();
  const takes = takesFiles();
  if (event.dataTransfer) event.dataTransfer.dropEffect = takes ? 'copy' : 'none';
  if (takes && !dragged.value) dragged.value = {};
}

function whenGone(event: DragEvent): void {
  if (event.relatedTarget === null) dragged.value = undefined;
}

function whenDropped(event: DragEvent): void {
  dragged.value = undefined;
  if (!carriesFiles(event) || event.defaultPrevented) return;
  event.preventDefault();
  if (takesFiles()) dropped.value = filesOf(event);
}

/** Takes files that are dropped anywhere on the page. */
export function useFileDrop(): void {
  useEffect(() => {
    window.addEventListener('dragenter', whileDragging);
    window.addEventListener('dragover', whileDragging);
    window.addEventListener('dragleave', whenGone);
    window.addEventListener('drop', whenDropped);
    return () => {
      window.removeEventListener('dragenter', whileDragging);
      window.removeEventListener('dragover', whileDragging);
      window.removeEventListener('dragleave', whenGone);
      window.removeEventListener('drop', whenDropped);
      dragged.value = undefined;
      dropped.value = [];
    };
  }, []);
}

interface DropHandlers {
  onDragOver?: (event: DragEvent) => void;
  onDragLeave?: () => void;
  onDrop?: (event: DragEvent) => void;
}

/** What makes an element take files for one member; nothing if that member cannot be sent any. */
export function dropFor(call: Call, user: User): DropHandlers {
  if (!call.transfers.mayOffer(user)) return {};
  return {
    onDragOver: (event) => {
      if (carriesFiles(event) && takesFiles() && dragged.value?.over?.id !== user.id) dragged.value = { over: user };
    },
    onDragLeave: () => {
      if (dragged.value?.over?.id === user.id) dragged.value = {};
    },
    onDrop: (event) => {
      if (!carriesFiles(event) || !takesFiles()) return;
      event.preventDefault();
      for (const file of filesOf(event)) call.transfers.offer(user, file);
    },
  };
}
