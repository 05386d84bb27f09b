import { render, type ComponentChildren } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settle } from '../packages/protocol/test/fakes';
import { submitChat } from '../src/call/commands';
import { setSetting, settings, unsetSetting, type SettingKey } from '../src/settings/settings';
import { CallContext } from '../src/ui/call-context';
import { DevicePreview, type PreviewState } from '../src/ui/device-preview';
import { admit, startCall, stubBrowser, type CallFixture, type FakeTrack } from './call-fixture';

vi.mock('../src/media/level-meter', () => ({
  LevelMeter: class {
    stop(): void {
      // Nothing is measured here.
    }
  },
}));

let fixture: CallFixture;
let host: HTMLElement;

const find = <T extends HTMLElement>(id: string): T | null =>
  host.querySelector<T>(`[data-testid=${id}]`);

/** Acts, and lets what follows from it happen: effects run at the end of an act. */
async function doing(action: () => void | Promise<void>): Promise<void> {
  await act(async () => {
    await action();
    await settle();
  });
  await act(settle);
}

async function showSettings(): Promise<void> {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }));
  const { SettingsDialog } = await import('../src/ui/settings-dialog');
  await show(<SettingsDialog />);
}

async function show(what: ComponentChildren): Promise<void> {
  await doing(() => {
    render(<CallContext.Provider value={fixture.call}>{what}</CallContext.Provider>, host);
  });
}

beforeEach(async () => {
  stubBrowser();
  Object.assign(navigator.mediaDevices, {
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    enumerateDevices: () => Promise.resolve([]),
  });
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.open = true;
  };
  fixture = await startCall();
  host = document.createElement('div');
  document.body.append(host);
});

afterEach(async () => {
  await act(() => {
    fixture.call.leave();
    render(null, host);
  });
  host.remove();
  vi.unstubAllGlobals();
  vi.doUnmock('../src/media/filter');
  const touched = ['send', 'mirrorView', 'video', 'audio', 'filter', 'resolution'] as SettingKey[];
  for (const key of touched) unsetSetting(key);
});

describe('the settings', () => {
  it('show what commands have set and unset while they are open', async () => {
    void fixture.call.enter('ada', '');
    await admit(fixture.platform);
    await showSettings();
    const command = (line: string): Promise<void> =>
      doing(() => {
        submitChat(fixture.call, line, undefined);
      });
    await command('/set send "low"');
    await command('/set mirrorView false');
    await command('/set resolution [1280, 720]');
    const shown = (): unknown[] => [
      find<HTMLSelectElement>('setting-send')?.value,
      find<HTMLInputElement>('setting-mirrorView')?.checked,
      find<HTMLSelectElement>('setting-resolution')?.value,
    ];
    expect(shown()).toEqual(['low', false, '1280×720']);
    for (const key of ['send', 'mirrorView', 'resolution']) await command(`/unset ${key}`);
    expect(shown()).toEqual(['normal', true, '']);
  });

  it('concern sending only for those who may present, or are not inside yet', async () => {
    await showSettings();
    expect(find('setting-send')).not.toBeNull();
    void fixture.call.enter('ada', '');
    await admit(fixture.platform, ['message']);
    await showSettings();
    expect(find('setting-send')).toBeNull();
    expect(find('setting-request')).not.toBeNull();
  });

  it('list each microphone once, whatever else the system calls it', async () => {
    const device = (deviceId: string, label: string): object => ({ kind: 'audioinput', deviceId, label });
    const found = [
      device('default', 'Default - Headset'),
      device('communications', 'Communications - Headset'),
      device('head', 'Headset'),
      device('', ''),
    ];
    Object.assign(navigator.mediaDevices, { enumerateDevices: () => Promise.resolve(found) });
    await showSettings();
    const select = find<HTMLSelectElement>('select-audio');
    expect([...(select?.options ?? [])].map(({ value }) => value)).toEqual(['default', 'head', '']);
  });

  it('name the browser’s choice where the chosen device is gone, and the device once it is back', async () => {
    const device = { kind: 'videoinput', deviceId: 'desk', label: 'Desk camera' };
    const present = [device];
    const listeners = new Set<() => void>();
    Object.assign(navigator.mediaDevices, {
      enumerateDevices: () => Promise.resolve([...present]),
      addEventListener: (_type: string, listener: () => void) => listeners.add(listener),
      removeEventListener: (_type: string, listener: () => void) => listeners.delete(listener),
    });
    setSetting('video', 'desk');
    await showSettings();
    const plug = (...devices: (typeof device)[]): Promise<void> =>
      doing(() => {
        present.splice(0, Infinity, ...devices);
        for (const listener of listeners) listener();
      });
    const camera = (): unknown => {
      const select = find<HTMLSelectElement>('select-video');
      return [select?.value, [...(select?.options ?? [])].map(({ value }) => value)];
    };
    expect(camera()).toEqual(['desk', ['default', 'desk', '']]);
    await plug();
    expect(camera()).toEqual(['default', ['default', '']]);
    await plug(device);
    expect(camera()).toEqual(['desk', ['default', 'desk', '']]);
  });
});

describe('the preview', () => {
  let state: PreviewState = { kind: 'opening' };
  const preview = (audio = true, video = true): Promise<void> =>
    show(
      <DevicePreview
        devices={{ audio, video }}
        onChange={(next) => {
          state = next;
        }}
      />,
    );
  const tracks = (): FakeTrack[] =>
    state.kind === 'open' ? (state.media.getTracks() as unknown as FakeTrack[]) : [];
  /** Waits until the devices are open, and what processes their media is loaded. */
  const opened = (): Promise<void> =>
    vi.waitFor(async () => {
      await act(settle);
      expect(state.kind).toBe('open');
    });
  const advice = (): string => find('preview-error')?.textContent ?? '';

  it('does not show a picture whose background cannot be hidden, and opens it when asked again', async () => {
    let works = false;
    vi.doMock('../src/media/filter', () => ({
      filtered: (media: MediaStream) => (works ? Promise.resolve(media) : Promise.reject(new Error('no WebGL'))),
    }));
    setSetting('filter', 'background-blur');
    await preview();
    await opened();
    expect(tracks().map(({ kind }) => kind)).toEqual(['audio']);
    expect(advice()).toMatch(/surroundings could not be hidden/);
    expect(find('preview-video')).toBeNull();
    works = true;
    await doing(() => {
      find('preview-again')?.click();
    });
    await opened();
    expect(tracks().map(({ kind }) => kind)).toEqual(['audio', 'video']);
    expect(advice()).toBe('');
  });

  it('opens devices anew for every setting that concerns them', async () => {
    await preview();
    const [before] = tracks();
    await doing(() => {
      setSetting('resolution', [640, 480]);
    });
    expect(before?.readyState).toBe('ended');
    expect(tracks()[0]?.readyState).toBe('live');
  });

  it('takes a device that was switched off once, and is wanted now', async () => {
    setSetting('audio', '');
    await preview(true, false);
    expect(settings.value.audio).toBe('default');
    expect(find<HTMLSelectElement>('select-audio')?.value).toBe('default');
  });

  it('notices that a device is unplugged', async () => {
    await preview();
    const camera = tracks().find(({ kind }) => kind === 'video');
    await doing(() => {
      camera?.stop();
      camera?.dispatchEvent(new Event('ended'));
    });
    expect(advice()).toMatch(/camera has been disconnected/);
    expect(tracks().map(({ kind }) => kind)).toEqual(['audio']);
  });
});
