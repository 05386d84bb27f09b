import { Fields, isObject, MalformedField } from './fields.js';
import { MAX_ICE_SERVERS, MAX_ICE_URLS, MAX_NAME_LENGTH } from './limits.js';

const ICE_URL = /^(stuns?|turns?):/i;

function readUrls(value: unknown): string[] {
  const list = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(list) || list.length > MAX_ICE_URLS) throw new MalformedField('urls');
  return list.filter(
    (url): url is string => typeof url === 'string' && url.length <= MAX_NAME_LENGTH && ICE_URL.test(url),
  );
}

function readServer(value: unknown): RTCIceServer | undefined {
  if (!isObject(value)) throw new MalformedField('iceServers');
  const fields = new Fields(value);
  const username = fields.text('username');
  const credential = fields.text('credential');
  // Browsers refuse the whole configuration when one TURN entry lacks credentials.
  const complete = username !== undefined && credential !== undefined;
  const urls = readUrls(value['urls']).filter((url) => complete || !/^turn/i.test(url));
  if (urls.length === 0) return undefined;
  return complete ? { urls, username, credential } : { urls };
}

/** Reads the `rtcConfiguration` of a `joined` message; entries no browser would take are left out. */
export function readRtcConfiguration(value: unknown): RTCConfiguration {
  if (!isObject(value)) throw new MalformedField('rtcConfiguration');
  const configuration: RTCConfiguration = {};
  const servers = value['iceServers'] ?? undefined;
  if (servers !== undefined) {
    if (!Array.isArray(servers) || servers.length > MAX_ICE_SERVERS) {
      throw new MalformedField('iceServers');
    }
    configuration.iceServers = servers.map(readServer).filter((server) => server !== undefined);
  }
  if (value['iceTransportPolicy'] === 'relay') configuration.iceTransportPolicy = 'relay';
  return configuration;
}
