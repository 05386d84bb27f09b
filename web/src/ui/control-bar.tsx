import type { JSX } from 'preact';
import { hasKind } from '../call/publishing';
import { handRaisedAt } from '../call/members';
import { REACTION_KIND, REACTIONS } from '../call/reactions';
import { t } from '../i18n';
import { canCapture, canShareScreen, hasWebRtc } from '../media/capture';
import { settings } from '../settings/settings';
import { useCall } from './call-context';
import { IconButton } from './icon-button';
import { Icon } from './icons';
import { toggleMicrophone, toggleCamera } from './media-actions';
import { Menu } from './menu';
import { moreItems } from './more-items';

function MicrophoneButton(): JSX.Element {
  const call = useCall();
  const on = hasKind(call.publishing.camera.value, 'audio');
  const silent = !on || settings.value.localMute;
  const label = !on ? t('controls.enableMic') : t(silent ? 'controls.unmute' : 'controls.mute');
  return (
    <IconButton
      icon={silent ? 'micOff' : 'mic'}
      label={label}
      class={`control ${silent ? 'control-off' : 'control-on'}`}
      disabled={call.publishing.busy.value}
      testId="mute"
      onClick={() => void toggleMicrophone(call)}
    />
  );
}

function CameraButton(): JSX.Element {
  const call = useCall();
  const on = hasKind(call.publishing.camera.value, 'video');
  return (
    <IconButton
      icon={on ? 'camera' : 'cameraOff'}
      label={t(on ? 'controls.disableCamera' : 'controls.enableCamera')}
      class={`control ${on ? 'control-on' : 'control-off'}`}
      disabled={call.publishing.busy.value}
      testId="enable-camera"
      onClick={() => void toggleCamera(call)}
    />
  );
}

function ScreenButton(): JSX.Element {
  const call = useCall();
  const screens = call.publishing.screens.value;
  return (
    <>
      <IconButton
        icon="screen"
        label={t(screens.length > 0 ? 'controls.shareAnother' : 'controls.shareScreen')}
        class={`control ${screens.length > 0 ? 'control-on' : ''}`}
        testId="share-screen"
        onClick={() => void call.publishing.shareScreen()}
      />
      {screens.length > 0 && (
        <IconButton
          icon="screenOff"
          label={t('controls.stopSharing')}
          class="control"
          testId="unshare-screen"
          onClick={() => {
            for (const screen of screens) call.publishing.stop(screen);
          }}
        />
      )}
    </>
  );
}

function HandButton(): JSX.Element {
  const call = useCall();
  const own = call.members.list.value.find((user) => user.id === call.connection?.id);
  const raised = own !== undefined && handRaisedAt(own) !== undefined;
  return (
    <IconButton
      icon="hand"
      label={t(raised ? 'controls.lowerHand' : 'controls.raiseHand')}
      class={`control ${raised ? 'control-on' : ''}`}
      testId="raise-hand"
      onClick={() => {
        call.raiseHand(!raised);
      }}
    />
  );
}

function ReactionButton(): JSX.Element {
  const call = useCall();
  const items = REACTIONS.map((emoji, index) => ({
    key: `reaction-${String(index)}`,
    label: emoji,
    onChoose: () => {
      call.act((connection) => {
        connection.userMessage(REACTION_KIND, emoji);
      });
    },
  }));
  return (
    <Menu label={t('controls.react')} items={items} class="icon-button control" testId="react" row titled>
      <Icon name="smile" />
    </Menu>
  );
}

function MoreButton(): JSX.Element {
  const call = useCall();
  return (
    <Menu
      label={t('controls.more')}
      items={moreItems(call)}
      class="icon-button control"
      testId="more"
      titled
    >
      <Icon name="more" />
    </Menu>
  );
}

/** What one does most often, at the lower edge. */
export function ControlBar(): JSX.Element {
  const call = useCall();
  const mayPresent = call.permissions.value.includes('present') && hasWebRtc();
  return (
    <footer>
      <div
        class="controls"
        role="toolbar"
        aria-label={t('controls.label')}
        onMouseDown={(event) => {
          // A click leaves the focus where it was, so that the space bar still means talking.
          event.preventDefault();
        }}
      >
        {mayPresent && canCapture() && <MicrophoneButton />}
        {mayPresent && canCapture() && <CameraButton />}
        {mayPresent && canShareScreen() && <ScreenButton />}
        <HandButton />
        {call.permissions.value.includes('message') && <ReactionButton />}
        <MoreButton />
        <IconButton
          icon="leave"
          label={t('controls.leave')}
          class="control control-leave"
          testId="leave"
          onClick={() => {
            call.leave();
          }}
        />
      </div>
    </footer>
  );
}

