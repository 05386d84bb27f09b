import type { Call } from '../call';
import { t } from '../../i18n';
import { makeInvitation } from '../invitations';
import { CommandError, connectionOf, splitArgument, type Command } from './command';
import { ONE_DAY_MS, parseExpiration, tokenFrom } from './expiration';

const mayInvite = (call: Call): boolean => call.may('token');
const mayEdit = (call: Call): boolean => call.may('token') && call.may('op');

function edit(call: Call, text: string, expires: (rest: string) => number | string): void {
  const [link, rest] = splitArgument(text);
  if (link === undefined) throw new CommandError(t('command.whichToken'));
  connectionOf(call).groupAction('edittoken', { token: tokenFrom(link), expires: expires(rest) });
}

export const invitingCommands: readonly Command[] = [
  {
    name: 'invite',
    parameters: '[username] [expiration]',
    help: 'help.invite',
    allowed: mayInvite,
    run: (call, text) => {
      const [username, rest] = splitArgument(text);
      makeInvitation(call, {
        username: username ?? '',
        expires: rest === '' ? ONE_DAY_MS : parseExpiration(rest),
      });
    },
  },
  {
    name: 'reinvite',
    parameters: 'link [expiration]',
    help: 'help.reinvite',
    allowed: mayEdit,
    run: (call, text) => {
      edit(call, text, (rest) => (rest === '' ? ONE_DAY_MS : parseExpiration(rest)));
    },
  },
  {
    name: 'revoke',
    parameters: 'link',
    help: 'help.revoke',
    allowed: mayEdit,
    run: (call, text) => {
      edit(call, text, () => -1000);
    },
  },
  {
    name: 'listtokens',
    help: 'help.listtokens',
    allowed: mayEdit,
    run: (call) => {
      connectionOf(call).groupAction('listtokens');
    },
  },
];
