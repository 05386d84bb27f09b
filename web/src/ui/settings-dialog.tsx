import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { askForNotifications } from '../call/alerts';
import { LANGUAGES, t } from '../i18n';
import { canCapture } from '../media/capture';
import { canChooseSpeaker } from '../media/devices';
import { settings } from '../settings/settings';
import { BackgroundSetting } from './background-setting';
import { useCall } from './call-context';
import { DeviceSelect } from './device-select';
import { Dialog } from './dialog';
import { dialogue } from './panels';
import { CheckSetting, ChoiceSetting, ResolutionSetting } from './settings-fields';

function Profile(): JSX.Element | null {
  const call = useCall();
  if (!call.connection) return null;
  const rights = [
    call.may('op') ? t('rights.operator') : '',
    call.may('present') ? t('rights.presenter') : '',
  ].filter(Boolean);
  const query = new URLSearchParams({ group: call.group.value, username: call.username.value });
  const mayChange = call.status.value.canChangePassword === true && call.passwordLogin.value;
  return (
    <section class="profile">
      <b data-testid="own-name">{call.username.value || t('anonymous')}</b>
      <span>{rights.join(', ') || t('rights.listener')}</span>
      {mayChange && (
        <a href={`/change-password.html?${query.toString()}`} target="_blank" rel="noopener">
          {t('password.change')}
        </a>
      )}
    </section>
  );
}

function Sending(): JSX.Element {
  const call = useCall();
  return (
    <fieldset>
      <legend>{t('settings.sending')}</legend>
      <DeviceSelect kind="video" withOff refresh={call.publishing.camera.value?.media} />
      <DeviceSelect kind="audio" withOff refresh={call.publishing.camera.value?.media} />
      <ResolutionSetting />
      <ChoiceSetting
        setting="send"
        label="settings.send"
        choices={[
          ['lowest', t('settings.sendLowest')],
          ['low', t('settings.sendLow')],
          ['normal', t('settings.sendNormal')],
          ['unlimited', t('settings.sendUnlimited')],
        ]}
      />
      <ChoiceSetting
        setting="screenContent"
        label="settings.screenContent"
        choices={[
          ['text', t('settings.screenText')],
          ['motion', t('settings.screenMotion')],
        ]}
      />
      <ChoiceSetting
        setting="simulcast"
        label="settings.simulcast"
        choices={[
          ['off', t('settings.off')],
          ['auto', t('settings.auto')],
          ['on', t('settings.on')],
        ]}
      />
      <ChoiceSetting
        setting="filter"
        label="settings.filter"
        choices={[
          ['', t('settings.filterNone')],
          ['mirror-h', t('settings.filterMirror')],
          ['mirror-v', t('settings.filterFlip')],
          ['rotate', t('settings.filterRotate')],
          ['background-blur', t('settings.filterBlur')],
          ['background-image', t('settings.filterImage')],
        ]}
      />
      {settings.value.filter === 'background-image' && <BackgroundSetting />}
      <CheckSetting setting="mirrorView" label="settings.mirror" />
      <CheckSetting
        setting="blackboardMode"
        label="settings.blackboard"
        hint="settings.blackboardHint"
      />
      <CheckSetting setting="preprocessing" label="settings.preprocessing" />
      <CheckSetting
        setting="noiseFilter"
        label="settings.noiseFilter"
        hint="settings.noiseFilterHint"
      />
      <CheckSetting setting="hqaudio" label="settings.hqaudio" />
    </fieldset>
  );
}

function Alerts(): JSX.Element {
  const wish = settings.value.notifications;
  useEffect(() => {
    if (wish !== 'off') askForNotifications();
  }, [wish]);
  return (
    <fieldset>
      <legend>{t('settings.alerts')}</legend>
      {'Notification' in window && (
        <ChoiceSetting
          setting="notifications"
          label="settings.notify"
          choices={[
            ['off', t('settings.notifyNothing')],
            ['messages', t('settings.notifyMessages')],
            ['all', t('settings.notifyAll')],
          ]}
        />
      )}
      <CheckSetting setting="sounds" label="settings.sounds" />
    </fieldset>
  );
}

function Receiving(): JSX.Element {
  return (
    <fieldset>
      <legend>{t('settings.receiving')}</legend>
      <ChoiceSetting
        setting="request"
        label="settings.receive"
        choices={[
          ['', t('settings.receiveNothing')],
          ['audio', t('settings.receiveAudio')],
          ['screenshare', t('settings.receiveScreens')],
          ['everything-low', t('settings.receiveLow')],
          ['everything', t('settings.receiveEverything')],
        ]}
      />
      <ChoiceSetting
        setting="layout"
        label="settings.layout"
        choices={[
          ['auto', t('layout.auto')],
          ['grid', t('layout.grid')],
          ['speaker', t('layout.speaker')],
        ]}
      />
      {canChooseSpeaker() && <DeviceSelect kind="audioOutput" />}
      <CheckSetting setting="displayAll" label="settings.displayAll" />
      <CheckSetting setting="activityDetection" label="settings.activity" />
      <CheckSetting setting="captions" label="settings.captions" />
      {settings.value.captions && (
        <ChoiceSetting
          setting="captionSize"
          label="settings.captionSize"
          choices={[
            ['normal', t('settings.captionNormal')],
            ['large', t('settings.captionLarge')],
            ['huge', t('settings.captionHuge')],
          ]}
        />
      )}
      <CheckSetting
        setting="forceRelay"
        label="settings.forceRelay"
        hint="settings.forceRelayHint"
      />
    </fieldset>
  );
}

/** Everything that can be set, stored as it is changed. */
export function SettingsDialog(): JSX.Element {
  const call = useCall();
  const outside = call.connection === undefined;
  const mayPresent = outside || call.permissions.value.includes('present');
  return (
    <Dialog
      title={t('settings.label')}
      testId="settings-dialog"
      wide
      onClose={() => {
        dialogue.value = undefined;
      }}
    >
      <Profile />
      <div class="settings">
        {mayPresent && canCapture() && <Sending />}
        <div>
          <Receiving />
          <Alerts />
          <fieldset>
            <legend>{t('settings.page')}</legend>
            <ChoiceSetting
              setting="theme"
              label="settings.theme"
              choices={[
                ['auto', t('settings.themeAuto')],
                ['light', t('settings.themeLight')],
                ['dark', t('settings.themeDark')],
              ]}
            />
            <ChoiceSetting
              setting="language"
              label="settings.language"
              choices={[['', t('settings.languageAuto')], ...LANGUAGES]}
            />
            <CheckSetting setting="shortcuts" label="settings.shortcuts" />
          </fieldset>
        </div>
      </div>
    </Dialog>
  );
}
