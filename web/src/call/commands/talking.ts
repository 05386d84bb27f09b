import { t } from '../../i18n';
import { CommandError, connectionOf, isOperator, userArgument, type Command } from './command';
import type { Call } from '../call';

/** Sends a private message and shows it, since the server does not echo it. */
export function sendPrivately(call: Call, userId: string, text: string): void {
  const connection = connectionOf(call);
  const user = call.members.byId(userId);
  if (!user) throw new CommandError(t('chat.gone'));
  const refusal = connection.refusalOf(() => {
    connection.chat(text, { dest: userId });
  });
  const key = call.chat.addOwnPrivate(text, connection.id, connection.username, user.username);
  void refusal.then((words) => {
    if (words !== undefined) call.chat.markRefused(key);
  });
}

function warning(call: Call, text: string, dest?: string): void {
  if (text === '') throw new CommandError(t('command.whichMessage'));
  connectionOf(call).userMessage('warning', text, dest === undefined ? {} : { dest });
}

export const talkingCommands: readonly Command[] = [
  {
    name: 'me',
    run: (call, text) => {
      connectionOf(call).chat(text, { kind: 'me' });
    },
  },
  {
    name: 'msg',
    parameters: 'user message',
    help: 'help.msg',
    run: (call, rest) => {
      const [user, text] = userArgument(call, rest);
      if (text === '') throw new CommandError(t('command.whichMessage'));
      sendPrivately(call, user.id, text);
    },
  },
  {
    name: 'warn',
    parameters: 'user message',
    help: 'help.warn',
    allowed: isOperator,
    run: (call, rest) => {
      const [user, text] = userArgument(call, rest);
      warning(call, text, user.id);
    },
  },
  {
    name: 'wall',
    parameters: 'message',
    help: 'help.wall',
    allowed: isOperator,
    run: (call, text) => {
      warning(call, text);
    },
  },
  {
    name: 'clear',
    help: 'help.clear',
    allowed: isOperator,
    run: (call) => {
      connectionOf(call).groupAction('clearchat');
    },
  },
];
