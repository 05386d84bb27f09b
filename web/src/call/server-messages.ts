import { isObject, type UserMessageMessage } from '@halcyon/protocol';
import { t } from '../i18n';
import { setSetting, settings } from '../settings/settings';
import type { Call } from './call';
import { messageText } from './chat-log';
import { showTokens } from './invitations';
import { LOWER_HAND_KIND } from './moderation';
import { REACTION_KIND } from './reactions';

function speaker(message: UserMessageMessage): string {
  if (!message.source) return t('notice.server');
  return message.username ? message.username : t('anonymous');
}

function muteByOperator(call: Call, message: UserMessageMessage): void {
  if (settings.value.localMute) return;
  setSetting('localMute', true);
  call.notices.warn(t('notice.mutedBy', { name: speaker(message) }));
}

function clearChat(call: Call, value: unknown): void {
  const text = (key: string): string | undefined => {
    const field = isObject(value) ? value[key] : undefined;
    return typeof field === 'string' ? field : undefined;
  };
  const userId = text('userId');
  const id = userId === undefined ? undefined : text('id');
  call.chat.clear(userId, id);
  call.captions.forget(userId, id);
}

function showUser(call: Call, value: unknown): void {
  if (!isObject(value)) return;
  const text = (key: string): string => messageText(value[key]);
  call.chat.addLocal(
    t('identify.result', {
      name: text('username') || t('anonymous'),
      address: text('address') || t('identify.noAddress'),
      id: text('id'),
    }),
  );
}

/** Whether everybody is sent away because the server ends, which is a loss of the connection like any other. */
export function isShutdown(message: UserMessageMessage): boolean {
  return message.kind === 'kicked' && message.value === 'server is shutting down';
}

/** Acts on a `usermessage`; kinds reserved to the server have been checked for that already. */
export function handleServerMessage(call: Call, message: UserMessageMessage): void {
  const text = `${speaker(message)}: ${messageText(message.value)}`;
  switch (message.kind) {
    case 'error':
      call.notices.error(text);
      break;
    case 'kicked':
      // Anything else is the end of the call, which says why.
      if (isShutdown(message)) call.notices.warn(t('connection.serverStops'));
      break;
    case 'warning':
      call.notices.warn(text);
      break;
    case 'info':
      call.notices.info(text);
      break;
    case 'mute':
      muteByOperator(call, message);
      break;
    case 'clearchat':
      clearChat(call, message.value);
      break;
    case 'token':
    case 'tokenlist':
      showTokens(call, message);
      break;
    case REACTION_KIND:
      call.reactions.add(message.source ?? '', message.username ?? '', message.value);
      break;
    case LOWER_HAND_KIND:
      // Only oneself can lower one's hand; an operator may ask for it, and the server says whether it is one.
      if (message.privileged) call.raiseHand(false);
      break;
    case 'userinfo':
      showUser(call, message.value);
      break;
  }
}
