import wasmUrl from '@jitsi/rnnoise-wasm/dist/rnnoise.wasm?url';
import { tie } from './filter';
import workletUrl from './noise-worklet.ts?worker&url';

/** The rate that the network was trained with. */
const SAMPLE_RATE = 48_000;

/** A context that does not run within this time would send silence. */
const START_MS = 3000;

async function started(context: AudioContext): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, START_MS));
  await Promise.race([context.resume(), late]);
  if (context.state !== 'running') throw new Error('no audio is processed here');
  // Phones interrupt it for calls, say.
  context.onstatechange = () => {
    if (context.state !== 'closed') void context.resume();
  };
}

/** A track with the noise taken out. Rejects if this browser cannot do that; the track is untouched then. */
async function denoised(source: MediaStreamTrack): Promise<MediaStreamTrack> {
  const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'interactive' });
  try {
    const [response] = await Promise.all([fetch(wasmUrl), context.audioWorklet.addModule(workletUrl)]);
    if (!response.ok) throw new Error(`${wasmUrl}: ${String(response.status)}`);
    const node = new AudioWorkletNode(context, 'noise', {
      channelCount: 1,
      channelCountMode: 'explicit',
      outputChannelCount: [1],
      processorOptions: { wasm: await response.arrayBuffer() },
    });
    const destination = context.createMediaStreamDestination();
    context.createMediaStreamSource(new MediaStream([source])).connect(node).connect(destination);
    await started(context);
    const [result] = destination.stream.getAudioTracks();
    if (!result) throw new Error('no track came out');
    // From here on silence would come out.
    node.addEventListener('processorerror', tie(result, source, () => void context.close()));
    return result;
  } catch (error) {
    void context.close();
    throw error;
  }
}

/** The same media with the noise taken out of its sound. Rejects if that is impossible here. */
export async function withoutNoise(media: MediaStream): Promise<MediaStream> {
  const [source] = media.getAudioTracks();
  if (!source) return media;
  return new MediaStream([await denoised(source), ...media.getVideoTracks()]);
}
