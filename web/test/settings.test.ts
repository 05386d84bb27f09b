import { beforeEach, describe, expect, it, vi } from 'vitest';
import type * as SettingsModule from '../src/settings/settings';

async function fresh(): Promise<typeof SettingsModule> {
  vi.resetModules();
  return await import('../src/settings/settings');
}

beforeEach(() => {
  localStorage.clear();
});

describe('settings', () => {
  it('survive a reload', async () => {
    const first = await fresh();
    first.setSetting('send', 'low');
    first.setSetting('resolution', [1280, 720]);
    const second = await fresh();
    expect(second.settings.value.send).toBe('low');
    expect(second.settings.value.resolution).toEqual([1280, 720]);
  });

  it('of two tabs do not undo one another', async () => {
    const one = await fresh();
    const other = await fresh();
    one.setSetting('send', 'low');
    other.setSetting('theme', 'dark');
    other.setSetting('mirrorView', false);
    other.unsetSetting('mirrorView');
    const next = await fresh();
    expect(next.settings.value).toMatchObject({ send: 'low', theme: 'dark', mirrorView: true });
  });

  it('leave simulcast off at the first visit with Firefox', async () => {
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 (X11; rv:128.0) Gecko/20100101 Firefox/128.0' });
    const firefox = await fresh();
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 (X11) AppleWebKit/537.36 Chrome/120.0.0.0' });
    const chromium = await fresh();
    vi.unstubAllGlobals();
    expect([firefox.settings.value.simulcast, chromium.settings.value.simulcast]).toEqual(['off', 'auto']);
    expect(firefox.settings.value).toMatchObject({
      video: 'default',
      audio: 'default',
      mirrorView: true,
      blackboardMode: false,
      preprocessing: true,
      hqaudio: false,
      filter: '',
      send: 'normal',
      request: 'everything',
      resolution: null,
      forceRelay: false,
    });
  });

  it('go back to their defaults', async () => {
    const { setSetting, settings, unsetSetting } = await fresh();
    setSetting('mirrorView', false);
    unsetSetting('mirrorView');
    expect(settings.value.mirrorView).toBe(true);
    expect(localStorage.getItem('halcyon-settings')).toBe('{}');
  });

  it.each([
    ['not JSON', '{'],
    ['null', 'null'],
    ['an unknown rate', '{"send":"huge"}'],
    ['a wrong type', '{"mirrorView":"yes"}'],
    ['a resolution that is none', '{"resolution":[0,-1]}'],
    ['an unknown key', '{"__proto__":{"x":1},"colour":"red"}'],
  ])('ignore %s in the storage', async (_name, stored) => {
    localStorage.setItem('halcyon-settings', stored);
    const { defaults, settings } = await fresh();
    expect(settings.value).toEqual(defaults);
  });

  it('refuse values they cannot have', async () => {
    const { isValidSetting, setSetting, settings } = await fresh();
    setSetting('send', 'fast' as 'low');
    expect(settings.value.send).toBe('normal');
    expect(isValidSetting('username', 'x'.repeat(257))).toBe(false);
  });
});
