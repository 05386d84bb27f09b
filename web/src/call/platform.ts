import { browserPlatform, type Platform } from '@halcyon/protocol';
import { settings } from '../settings/settings';

/** The browser, with the user's wish for relays respected. */
export const callPlatform: Platform = {
  webSocket: (url) => browserPlatform.webSocket(url),
  peerConnection: (configuration) =>
    browserPlatform.peerConnection(
      settings.value.forceRelay ? { ...configuration, iceTransportPolicy: 'relay' } : configuration,
    ),
  restartsDtls: () => browserPlatform.restartsDtls?.() ?? true,
};
