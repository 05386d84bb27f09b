import type { JSX } from 'preact';
import { pickFile } from '../call/pick-file';
import { t } from '../i18n';
import { setSetting, settings } from '../settings/settings';
import { useCall } from './call-context';
import { ChoiceSetting } from './settings-fields';

/** What stands behind oneself: a painted scene, or a picture of one's own. */
export function BackgroundSetting(): JSX.Element {
  const call = useCall();
  const pick = (): void => {
    pickFile('image/*', (file) => {
      import('../media/own-background')
        .then(({ keepOwnBackground }) => keepOwnBackground(file))
        .then(() => {
          // Choosing another picture is a change too.
          setSetting('background', 'dawn');
          setSetting('background', 'own');
        })
        .catch(() => {
          call.notices.error(t('settings.backgroundUnusable'));
        });
    });
  };
  return (
    <>
      <ChoiceSetting
        setting="background"
        label="settings.background"
        choices={[
          ['dawn', t('settings.backgroundDawn')],
          ['forest', t('settings.backgroundForest')],
          ['room', t('settings.backgroundRoom')],
          ['own', t('settings.backgroundOwn')],
        ]}
      />
      {settings.value.background === 'own' && (
        <button type="button" onClick={pick}>
          {t('settings.backgroundPick')}
        </button>
      )}
    </>
  );
}
