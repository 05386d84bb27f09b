import { t } from '../../i18n';
import type { Call } from '../call';
import { CommandError, connectionOf, type Command } from './command';
import { invitingCommands } from './inviting';
import { moderatingCommands } from './moderating';
import { ownCommands } from './own';
import { sendPrivately, talkingCommands } from './talking';

function helpText(call: Call): string {
  return commands
    .filter((command) => command.help && (command.allowed?.(call) ?? true))
    .sort((a, b) => a.name.localeCompare(b.name))
    .map(({ name, parameters, help }) => {
      const usage = parameters ? `/${name} ${parameters}` : `/${name}`;
      return help ? `${usage} — ${t(help)}` : usage;
    })
    .join('\n');
}

const commands: readonly Command[] = [
  {
    name: 'help',
    help: 'help.help',
    run: (call) => {
      call.chat.addLocal(helpText(call));
    },
  },
  ...ownCommands,
  ...talkingCommands,
  ...moderatingCommands,
  ...invitingCommands,
];

function runCommand(call: Call, text: string): void {
  const [, name = '', rest = ''] = /^\/(\S*)\s*(.*)$/s.exec(text) ?? [];
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) throw new CommandError(t('command.unknown', { name }));
  if (command.allowed && !command.allowed(call)) {
    throw new CommandError(t('command.notAllowed', { name }));
  }
  void command.run(call, rest.trimEnd());
}

/**
 * Carries out what was written in the chat: a command, or a message to one user or all. False if that was impossible;
 * the user has been told why.
 */
export function submitChat(call: Call, text: string, privateTo: string | undefined): boolean {
  try {
    if (text.startsWith('/') && !text.startsWith('//')) {
      runCommand(call, text);
      return true;
    }
    const message = text.startsWith('//') ? text.slice(1) : text;
    if (!call.may('message')) throw new CommandError(t('chat.notAllowed'));
    if (privateTo !== undefined) sendPrivately(call, privateTo, message);
    else connectionOf(call).chat(message);
    return true;
  } catch (error) {
    call.notices.error(error instanceof CommandError ? error.message : t('connection.none'));
    return false;
  }
}
