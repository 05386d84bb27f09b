import type { TextKey } from '../../i18n';
import type { Call } from '../call';
import { connectionOf, isOperator, userArgument, type Command } from './command';

function onUser(name: string, help: TextKey, parameters = 'user'): Command {
  return {
    name,
    parameters,
    help,
    allowed: isOperator,
    run: (call, rest) => {
      const [user, text] = userArgument(call, rest);
      connectionOf(call).userAction(name, user.id, text === '' ? undefined : text);
    },
  };
}

function onGroup(name: string, help: TextKey, allowed: (call: Call) => boolean): Command {
  return {
    name,
    help,
    allowed,
    run: (call, rest) => {
      connectionOf(call).groupAction(name, rest === '' ? undefined : rest);
    },
  };
}

const mayRecord = (call: Call): boolean => call.may('record');

export const moderatingCommands: readonly Command[] = [
  { ...onGroup('lock', 'help.lock', isOperator), parameters: '[message]' },
  onGroup('unlock', 'help.unlock', isOperator),
  onGroup('subgroups', 'help.subgroups', isOperator),
  onGroup('record', 'help.record', mayRecord),
  onGroup('unrecord', 'help.unrecord', mayRecord),
  onUser('kick', 'help.kick', 'user [message]'),
  onUser('identify', 'help.identify'),
  onUser('op', 'help.op'),
  onUser('unop', 'help.unop'),
  onUser('present', 'help.present'),
  onUser('unpresent', 'help.unpresent'),
  onUser('shutup', 'help.shutup'),
  onUser('unshutup', 'help.unshutup'),
  {
    name: 'mute',
    parameters: 'user',
    help: 'help.mute',
    allowed: isOperator,
    run: (call, rest) => {
      const [user] = userArgument(call, rest);
      connectionOf(call).userMessage('mute', null, { dest: user.id });
    },
  },
  {
    name: 'muteall',
    help: 'help.muteall',
    allowed: isOperator,
    run: (call) => {
      connectionOf(call).userMessage('mute', null, { noecho: true });
    },
  },
];
