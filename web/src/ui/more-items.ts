import type { Call } from '../call/call';
import { pickFile } from '../call/pick-file';
import { t } from '../i18n';
import { canPlayFiles } from '../media/play-file';
import { setSetting, settings, type Layout } from '../settings/settings';
import { canFloat, floatMeeting } from './floating-window';
import type { MenuItem } from './menu';
import { dialogue, showStatistics } from './panels';

const layouts: readonly Layout[] = ['auto', 'grid', 'speaker'];
const layoutTexts = { auto: 'layout.auto', grid: 'layout.grid', speaker: 'layout.speaker' } as const;

function recordItem(call: Call): MenuItem {
  const recording = call.members.recording.value;
  const kind = recording ? 'unrecord' : 'record';
  return {
    key: kind,
    label: t(recording ? 'group.unrecord' : 'group.record'),
    onChoose: () => {
      call.act((connection) => {
        connection.groupAction(kind);
      });
    },
  };
}

/** What one does now and then: the menu behind the three dots. */
export function moreItems(call: Call): MenuItem[] {
  const items: MenuItem[] = layouts.map((layout) => ({
    key: `layout-${layout}`,
    label: t(layoutTexts[layout]),
    checked: settings.value.layout === layout,
    onChoose: () => {
      setSetting('layout', layout);
    },
  }));
  if (canFloat()) {
    items.push({
      key: 'float',
      label: t('floating.open'),
      onChoose: () => {
        floatMeeting(call).catch((error: unknown) => {
          call.notices.warn(String(error));
        });
      },
    });
  }
  if (call.may('present') && canPlayFiles()) {
    items.push({
      key: 'play-file',
      label: t('file.play'),
      onChoose: () => {
        pickFile('audio/*,video/*', (file) => void call.publishing.playFile(file));
      },
    });
  }
  if (call.may('record')) items.push(recordItem(call));
  items.push({
    key: 'captions',
    label: t('settings.captions'),
    checked: settings.value.captions,
    onChoose: () => {
      setSetting('captions', !settings.value.captions);
    },
  });
  if (call.captions.history.value.length > 0) {
    items.push({
      key: 'caption-history',
      label: t('captions.history'),
      onChoose: () => {
        dialogue.value = 'captions';
      },
    });
  }
  items.push(
    {
      key: 'statistics',
      label: t('figures.label'),
      checked: showStatistics.value,
      onChoose: () => {
        showStatistics.value = !showStatistics.value;
      },
    },
    {
      key: 'help',
      label: t('keys.label'),
      onChoose: () => {
        dialogue.value = 'help';
      },
    },
  );
  return items;
}
