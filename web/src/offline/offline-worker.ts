// The service worker. It keeps nothing, so that nothing can grow stale: it answers when the server cannot, has the entrance
// pages looked up anew at each visit, and shows notifications where pages may not (phones).

import { isEntrance, offlinePage } from './offline-page';

/** What is used of the worker's scope, which the compiler's library for pages does not know. */
interface Scope {
  skipWaiting(): Promise<void>;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<Page[]>;
  };
  addEventListener(type: string, listener: (event: WorkerEvent) => void): void;
}
interface Page {
  readonly url: string;
  focus(): Promise<unknown>;
}
interface WorkerEvent {
  readonly request: Request;
  readonly notification: Notification;
  waitUntil(done: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
}

const scope = globalThis as unknown as Scope;

scope.addEventListener('install', (event) => {
  event.waitUntil(scope.skipWaiting());
});

scope.addEventListener('activate', (event) => {
  event.waitUntil(scope.clients.claim());
});

scope.addEventListener('fetch', (event) => {
  const { mode, method, url } = event.request;
  if (mode !== 'navigate' || method !== 'GET' || !isEntrance(new URL(url).pathname)) return;
  // A page of the last half-hour may name files that an upgrade of the server has taken away.
  const page = fetch(url, { cache: 'no-cache', redirect: 'manual', credentials: 'same-origin' });
  event.respondWith(page.catch(() => offlinePage(navigator.languages)));
});

scope.addEventListener('notificationclick', (event) => {
  const { notification } = event;
  notification.close();
  const show = async (): Promise<void> => {
    const pages = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
    await pages.find(({ url }) => url === notification.data)?.focus();
  };
  event.waitUntil(show());
});
