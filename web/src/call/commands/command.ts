import type { ServerConnection, User } from '@halcyon/protocol';
import { t, type TextKey } from '../../i18n';
import type { Call } from '../call';

/** A command that could not be carried out; the message is for the user. */
export class CommandError extends Error {}

export interface Command {
  name: string;
  /** How to write it after the name, e.g. `user [message]`; the words are protocol terms, not translated. */
  parameters?: string;
  /** What it does, for /help; hidden without. */
  help?: TextKey;
  allowed?: (call: Call) => boolean;
  run: (call: Call, rest: string) => void | Promise<void>;
}

/** Splits off the first argument, which may be quoted; a backslash protects the next character. */
export function splitArgument(text: string): [first: string | undefined, rest: string] {
  const input = text.trimStart();
  if (input === '') return [undefined, ''];
  let quote = '';
  let first = '';
  let at = 0;
  for (; at < input.length; at++) {
    const character = input.charAt(at);
    if (character === '\\' && at + 1 < input.length) {
      at += 1;
      first += input.charAt(at);
    } else if (quote) {
      if (character === quote) quote = '';
      else first += character;
    } else if (character === '"' || character === "'") {
      quote = character;
    } else if (/\s/.test(character)) {
      break;
    } else {
      first += character;
    }
  }
  return [first, input.slice(at).trimStart()];
}

export function connectionOf(call: Call): ServerConnection {
  const { connection } = call;
  if (!connection) throw new CommandError(t('connection.none'));
  return connection;
}

/** The user named by the first argument, and what follows. */
export function userArgument(call: Call, text: string): [User, string] {
  const [name, rest] = splitArgument(text);
  if (name === undefined) throw new CommandError(t('command.whichUser'));
  const user = call.members.find(name);
  if (!user) throw new CommandError(t('command.noUser', { name }));
  return [user, rest];
}

export const isOperator = (call: Call): boolean => call.may('op');
