import { t } from '../../i18n';
import { canShareScreen } from '../../media/capture';
import { canPlayFiles } from '../../media/play-file';
import { pickFile } from '../pick-file';
import { relayTest } from '../relay-test';
import {
  isSettingKey,
  isValidSetting,
  setSetting,
  settings,
  unsetSetting,
} from '../../settings/settings';
import { CommandError, connectionOf, splitArgument, userArgument, type Command } from './command';

function set(call: { chat: { addLocal: (text: string) => void } }, text: string): void {
  const [key, json] = splitArgument(text);
  if (key === undefined) {
    const lines = Object.entries(settings.value).map(
      ([name, value]) => `${name} = ${JSON.stringify(value)}`,
    );
    call.chat.addLocal(lines.join('\n'));
    return;
  }
  let value: unknown = true;
  try {
    if (json !== '') value = JSON.parse(json);
  } catch {
    value = json;
  }
  if (!isSettingKey(key)) throw new CommandError(t('command.noSetting', { name: key }));
  if (!isValidSetting(key, value)) throw new CommandError(t('command.badSetting', { name: key }));
  setSetting(key, value as never);
}

export const ownCommands: readonly Command[] = [
  {
    name: 'leave',
    help: 'help.leave',
    run: (call) => {
      call.leave();
    },
  },
  {
    name: 'raise',
    help: 'help.raise',
    run: (call) => {
      connectionOf(call);
      call.raiseHand(true);
    },
  },
  {
    name: 'unraise',
    help: 'help.unraise',
    run: (call) => {
      connectionOf(call);
      call.raiseHand(false);
    },
  },
  {
    name: 'renegotiate',
    help: 'help.renegotiate',
    run: (call) => {
      call.restartMedia();
    },
  },
  {
    name: 'replace',
    run: (call) => {
      call.publishing.replaceAll();
    },
  },
  {
    name: 'sharescreen',
    help: 'help.sharescreen',
    allowed: (call) => call.may('present') && canShareScreen(),
    run: (call) => call.publishing.shareScreen(),
  },
  {
    name: 'unsharescreen',
    help: 'help.unsharescreen',
    allowed: (call) => call.may('present'),
    run: (call) => {
      for (const screen of call.publishing.screens.value) call.publishing.stop(screen);
    },
  },
  {
    name: 'presentfile',
    help: 'help.presentfile',
    allowed: (call) => call.may('present') && canPlayFiles(),
    run: (call) => {
      pickFile('audio/*,video/*', (file) => void call.publishing.playFile(file));
    },
  },
  {
    name: 'relay-test',
    run: async (call) => {
      const connection = connectionOf(call);
      call.chat.addLocal(t('relay.testing'));
      call.chat.addLocal(await relayTest(connection.rtcConfiguration));
    },
  },
  {
    name: 'sendfile',
    parameters: 'user',
    help: 'help.sendfile',
    allowed: (call) => call.may('message'),
    run: (call, rest) => {
      const [user] = userArgument(call, rest);
      // Oneself and the recorder would never answer.
      if (!call.transfers.mayOffer(user)) {
        throw new CommandError(t('command.noFiles', { name: user.username || t('anonymous') }));
      }
      call.transfers.pickAndOffer(user);
    },
  },
  { name: 'set', run: set },
  {
    name: 'unset',
    run: (_call, text) => {
      const [key] = splitArgument(text);
      if (key === undefined || !isSettingKey(key)) {
        throw new CommandError(t('command.noSetting', { name: key ?? '' }));
      }
      unsetSetting(key);
    },
  },
];
