// Something to play to the others.

/// A film (WebM) of some seconds, with sound, made by somebody's browser.
export async function film(person, seconds) {
  const bytes = await person.page.evaluate(async (length) => {
    const canvas = document.createElement('canvas');
    canvas.width = 160;
    canvas.height = 120;
    const context = canvas.getContext('2d');
    const timer = setInterval(() => {
      context.fillStyle = `hsl(${(Date.now() / 5) % 360} 80% 50%)`;
      context.fillRect(0, 0, 160, 120);
    }, 40);
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    const sound = audio.createMediaStreamDestination();
    tone.connect(sound);
    tone.start();
    const media = new MediaStream([...canvas.captureStream(25).getTracks(), ...sound.stream.getTracks()]);
    const recorder = new MediaRecorder(media, { mimeType: 'video/webm' });
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const done = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.start();
    await new Promise((resolve) => setTimeout(resolve, 1000 * length));
    recorder.stop();
    await done;
    clearInterval(timer);
    await audio.close();
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
  }, seconds);
  return Buffer.from(bytes);
}
