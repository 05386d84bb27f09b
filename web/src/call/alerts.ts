import { effect, untracked } from '@preact/signals';
import { t } from '../i18n';
import { chime, type Chime } from '../media/chime';
import { settings } from '../settings/settings';
import type { Call } from './call';

function sound(name: Chime): void {
  if (settings.value.sounds) chime(name);
}

function tellDesktop(title: string, body: string): void {
  if (!('Notification' in window) || Notification.permission !== 'granted' || !document.hidden) return;
  const details = { body, tag: title, icon: '/halcyon.svg', data: window.location.href };
  try {
    const notification = new Notification(title, details);
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
  } catch {
    // On phones only a service worker may.
    void navigator.serviceWorker?.ready.then((registration) => registration.showNotification(title, details));
  }
}

/** Runs an action when a number has grown. */
function onGrowth(read: () => number, action: () => void): void {
  let previous = read();
  effect(() => {
    const now = read();
    const grown = now > previous;
    previous = now;
    if (grown) untracked(action);
  });
}

/** Asks the browser for leave to notify, which it wants to be asked for from a click. */
export function askForNotifications(): void {
  if ('Notification' in window && Notification.permission === 'default') void Notification.requestPermission();
}

/** Sounds, desktop notifications and the badge of the installed app, as far as the user wants them. */
export function installAlerts(call: Call): void {
  onGrowth(
    () => call.chat.arrivals.value,
    () => {
      sound('message');
      const entry = call.chat.entries.value.at(-1);
      if (!entry || settings.value.notifications === 'off') return;
      tellDesktop(`${entry.username || t('anonymous')} · ${call.title.value}`, entry.text.slice(0, 200));
    },
  );
  onGrowth(
    () => call.presence.arrivals.value,
    () => {
      sound('join');
    },
  );
  onGrowth(
    () => call.presence.departures.value,
    () => {
      sound('leave');
    },
  );
  onGrowth(
    () => call.members.hands.value.filter((id) => id !== call.connection?.id).length,
    () => {
      sound('hand');
    },
  );
  effect(() => {
    const line = call.presence.line.value;
    if (line && settings.value.notifications === 'all') tellDesktop(call.title.value, line);
  });
  effect(() => {
    const unread = call.chat.unread.value;
    // Only an installed app has a badge; others refuse, which is no matter.
    if ('setAppBadge' in navigator) navigator.setAppBadge(unread).catch(() => undefined);
  });
}
