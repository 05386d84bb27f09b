/** Has the service worker stand by. Without it everything works while the server does. */
export function standBy(): void {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register('/offline.js').catch(() => undefined);
}
