// Debian's Chromium and Firefox with fake cameras, driven by puppeteer.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';

const chromiumFlags = [
  '--no-sandbox',
  '--headless=new',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--ignore-certificate-errors',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  // The namespace has nobody who resolves the names that hide addresses.
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

const firefoxPreferences = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  // Nothing in a test may depend on, or wait for, the world outside.
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.prefetch-next': false,
  'network.dns.disablePrefetch': true,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.safebrowsing.update.enabled': false,
  'browser.newtabpage.enabled': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'extensions.update.enabled': false,
  'extensions.getAddons.cache.enabled': false,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.enabled': false,
  'media.gmp-manager.updateEnabled': false,
  'media.gmp-manager.url': '',
};

/// Sound may play unasked, or only shortly after the user has done something.
const autoplay = (strict) => ({ 'media.autoplay.default': strict ? 1 : 0, 'media.autoplay.blocking_policy': strict ? 1 : 0 });

const programs = { chromium: '/usr/bin/chromium', firefox: '/usr/bin/firefox-esr' };

/// Starts `name` ('chromium' or 'firefox') with a home of its own, which goes with it. `strictAutoplay` is Firefox's
/// only: Chromium has no policy by which each sound needs something done just before.
export async function launch(name, { strictAutoplay = false } = {}) {
  const home = mkdtempSync(join(tmpdir(), `halcyon-${name}-`));
  const options = {
    executablePath: programs[name],
    acceptInsecureCerts: true,
    headless: true,
    timeout: 60_000,
    protocolTimeout: 60_000,
    defaultViewport: { width: 1024, height: 720 },
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
    ...(name === 'firefox'
      ? { browser: 'firefox', extraPrefsFirefox: { ...firefoxPreferences, ...autoplay(strictAutoplay) } }
      : { browser: 'chrome', args: chromiumFlags, pipe: true, userDataDir: join(home, 'profile') }),
  };
  let browser;
  try {
    browser = await puppeteer.launch(options);
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
  return {
    name,
    browser,
    version: await browser.version(),
    async close() {
      await browser.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}
