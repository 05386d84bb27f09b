/** What a short sound announces. */
export type Chime = 'message' | 'join' | 'leave' | 'hand';

/** Frequencies in hertz, one after another. */
const melodies: Record<Chime, readonly number[]> = {
  message: [880],
  join: [523, 784],
  leave: [784, 523],
  hand: [659, 659, 988],
};

const NOTE_S = 0.12;
const LOUDNESS = 0.08;

let context: AudioContext | undefined;

/** Plays a short sound; nothing if the browser does not let the page play any yet. */
export function chime(name: Chime): void {
  context ??= new AudioContext();
  const { currentTime, destination } = context;
  melodies[name].forEach((frequency, index) => {
    if (!context) return;
    const start = currentTime + index * NOTE_S;
    const tone = context.createOscillator();
    const loudness = context.createGain();
    tone.frequency.value = frequency;
    loudness.gain.setValueAtTime(LOUDNESS, start);
    loudness.gain.exponentialRampToValueAtTime(0.001, start + NOTE_S * 1.5);
    tone.connect(loudness).connect(destination);
    tone.start(start);
    tone.stop(start + NOTE_S * 1.5);
  });
}
