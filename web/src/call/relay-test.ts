import { t } from '../i18n';
import { callPlatform } from './platform';

const LIMIT_MS = 5000;

async function connect(from: RTCPeerConnection, to: RTCPeerConnection): Promise<void> {
  from.onicecandidate = (event) => void to.addIceCandidate(event.candidate ?? undefined).catch(() => undefined);
  to.onicecandidate = (event) => void from.addIceCandidate(event.candidate ?? undefined).catch(() => undefined);
  await from.setLocalDescription(await from.createOffer());
  if (from.localDescription) await to.setRemoteDescription(from.localDescription);
  await to.setLocalDescription(await to.createAnswer());
  if (to.localDescription) await from.setRemoteDescription(to.localDescription);
}

function roundTrip(channel: RTCDataChannel): Promise<number> {
  return new Promise((resolve) => {
    let sent = 0;
    channel.onopen = () => {
      sent = performance.now();
      channel.send('ping');
    };
    channel.onmessage = () => {
      resolve(performance.now() - sent);
    };
  });
}

/** Sends a message through the relay (TURN) server to itself and back. The result is for the user. */
export async function relayTest(configuration: RTCConfiguration): Promise<string> {
  const relayed: RTCConfiguration = { ...configuration, iceTransportPolicy: 'relay' };
  const ends = [callPlatform.peerConnection(relayed), callPlatform.peerConnection(relayed)] as const;
  const [from, to] = ends;
  to.ondatachannel = ({ channel }) => {
    channel.onmessage = () => {
      channel.send('pong');
    };
  };
  const answer = roundTrip(from.createDataChannel('relay-test'));
  const timeout = new Promise<undefined>((resolve) => {
    setTimeout(() => {
      resolve(undefined);
    }, LIMIT_MS);
  });
  try {
    await connect(from, to);
    const delay = await Promise.race([answer, timeout]);
    return delay === undefined ? t('relay.failed') : t('relay.works', { delay: Math.round(delay) });
  } catch (error) {
    return `${t('relay.failed')} (${String(error)})`;
  } finally {
    for (const end of ends) end.close();
  }
}
