import type { Call } from '../call/call';
import { pickFile } from '../call/pick-file';
import { t } from '../i18n';
import { canPlayFiles } from '../media/play-file';
import { setSetting, settings, type Layout } from '../settings/settings';
import { canFloat, floatMeeting } from './floating-window';
import type { MenuItem } from './menu';
import { dialogue, showStatistics, type Dialogue } from './panels';

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

function playItem(call: Call): MenuItem {
  return {
    key: 'play-file',
    label: t('file.play'),
    onChoose: () => {
      pickFile('audio/*,video/*', (file) => void call.publishing.playFile(file));
    },
  };
}

function floatItem(call: Call): MenuItem {
  return {
    key: 'float',
    label: t('floating.open'),
    onChoose: () => {
      floatMeeting(call).catch((error: unknown) => {
        call.notices.warn(String(error));
      });
    },
  };
}

function layoutItem(layout: Layout): MenuItem {
  return {
    key: `layout-${layout}`,
    label: t(layoutTexts[layout]),
    checked: settings.value.layout === layout,
    onChoose: () => {
      setSetting('layout', layout);
    },
  };
}

function captionItems(call: Call): MenuItem[] {
  const onOff = {
    key: 'captions',
    label: t('settings.captions'),
    checked: settings.value.captions,
    onChoose: () => {
      setSetting('captions', !settings.value.captions);
    },
  };
  if (call.captions.history.value.length === 0) return [onOff];
  return [onOff, dialogueItem('caption-history', t('captions.history'), 'captions')];
}

function dialogueItem(key: string, label: string, which: Dialogue): MenuItem {
  return {
    key,
    label,
    onChoose: () => {
      dialogue.value = which;
    },
  };
}

/** What one does now and then: the menu behind the three dots. */
export function moreItems(call: Call): MenuItem[] {
  return [
    ...layouts.map(layoutItem),
    ...(canFloat() ? [floatItem(call)] : []),
    ...(call.may('present') && canPlayFiles() ? [playItem(call)] : []),
    ...(call.may('record') ? [recordItem(call)] : []),
    ...captionItems(call),
    {
      key: 'statistics',
      label: t('figures.label'),
      checked: showStatistics.value,
      onChoose: () => {
        showStatistics.value = !showStatistics.value;
      },
    },
    dialogueItem('notices', t('notices.label'), 'notices'),
    dialogueItem('help', t('keys.label'), 'help'),
  ];
}
