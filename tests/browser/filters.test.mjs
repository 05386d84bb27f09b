// What filters do to a picture, seen at the receiver: the camera shows four colours, or stripes, that tell left from right,
// top from bottom and sharp from blurred. There is no picture of a person here, so that people are told from their
// background correctly is not tested, only what becomes of a background.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bothBrowsers, setStage } from './stage.mjs';

const stage = setStage();
const limit = { timeout: 90_000 };

/// Puts a painting in the place of the camera.
const camera = (painting) => (page) =>
  page.evaluateOnNewDocument((what) => {
    if (!navigator.mediaDevices) return;
    const paint = {
      colours(context, width, height) {
        const corners = [['#dc1e1e', 0, 0], ['#1ec81e', 1, 0], ['#1e1edc', 0, 1], ['#e6e6e6', 1, 1]];
        for (const [colour, x, y] of corners) {
          context.fillStyle = colour;
          context.fillRect((x * width) / 2, (y * height) / 2, width / 2, height / 2);
        }
      },
      stripes(context, width, height) {
        for (let x = 0; x < width; x += 16) {
          context.fillStyle = (x / 16) % 2 ? '#fff' : '#000';
          context.fillRect(x, 0, 16, height);
        }
      },
    }[what];
    navigator.mediaDevices.getUserMedia = async () => {
      const canvas = document.createElement('canvas');
      canvas.width = 640;
      canvas.height = 480;
      const context = canvas.getContext('2d');
      const frame = () => paint(context, canvas.width, canvas.height);
      frame();
      setInterval(frame, 50);
      window.testCamera = canvas.captureStream(20);
      return window.testCamera;
    };
  }, painting);

/// The picture of `ada` at this moment: the main colour of each quarter, how much neighbouring stripes differ, and the
/// mean colour of all.
const look = (person) =>
  person.page.evaluate(() => {
    const video = document.querySelector('[data-testid=tile][data-username=ada] video');
    if (!video?.videoWidth) return undefined;
    const [width, height] = [160, 120];
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    const at = (x, y) => [...data.slice(4 * (y * width + x), 4 * (y * width + x) + 3)];
    const name = ([red, green, blue]) => {
      if (Math.min(red, green, blue) > 150) return 'white';
      if (red > 120 && green < 100 && blue < 100) return 'red';
      if (green > 120 && red < 110 && blue < 110) return 'green';
      if (blue > 120 && red < 100 && green < 100) return 'blue';
      return `${red} ${green} ${blue}`;
    };
    const corners = [[40, 30], [120, 30], [40, 90], [120, 90]].map(([x, y]) => name(at(x, y)));
    const row = Array.from({ length: width }, (_, x) => at(x, 60)[1]);
    // A stripe is four of these pixels wide. Borders, which blurring may darken, are left out.
    const steps = row.slice(20, 136).map((value, index) => Math.abs(value - row[index + 24]));
    const mean = [0, 1, 2].map((channel) => {
      let sum = 0;
      for (let index = channel; index < data.length; index += 4) sum += data[index];
      return Math.round((4 * sum) / data.length);
    });
    return { corners, contrast: Math.round(steps.reduce((sum, step) => sum + step, 0) / steps.length), mean };
  });

/// Waits until what is seen of `ada` fulfils a condition.
async function shows(person, condition, what) {
  const end = Date.now() + 30_000;
  for (;;) {
    const seen = await look(person);
    if (seen && condition(seen)) return seen;
    assert.ok(Date.now() < end, `${what}: ${JSON.stringify(seen)}\n${person.log.join('\n')}`);
    await new Promise((done) => setTimeout(done, 200));
  }
}

async function sender(browser, painting, settings, before = () => undefined) {
  const path = stage.group();
  const bert = await stage.arrive('chromium', path, 'bert');
  await bert.login();
  const ada = await stage.arrive(browser, path, 'ada', {
    settings: { audio: '', ...settings },
    before: async (page) => {
      await camera(painting)(page);
      await before(page);
    },
  });
  await ada.login();
  await ada.click('enable-camera');
  return [ada, bert];
}

const arrangements = {
  'nothing is turned without a filter': ['', ['red', 'green', 'blue', 'white']],
  'the mirror filter puts left to the right': ['mirror-h', ['green', 'red', 'white', 'blue']],
  'the upside-down filter puts top to the bottom': ['mirror-v', ['blue', 'white', 'red', 'green']],
  'the turning filter does both': ['rotate', ['white', 'blue', 'green', 'red']],
};

for (const browser of bothBrowsers) {
  test(`receivers see what each filter says (${browser})`, limit, async () => {
    const [ada, bert] = await sender(browser, 'colours', {});
    for (const [claim, [filter, corners]] of Object.entries(arrangements)) {
      await ada.command(`/set filter ${JSON.stringify(filter)}`);
      await shows(bert, (seen) => String(seen.corners) === String(corners), claim);
    }
    await ada.assertClean();
  });
}

test('a blurred background is blurred, and a sharp one comes back without the filter', limit, async (context) => {
  const [ada, bert] = await sender('chromium', 'stripes', {});
  const sharp = await shows(bert, ({ contrast }) => contrast > 100, 'sharp stripes');
  await ada.command('/set filter "background-blur"');
  const blurred = await shows(bert, ({ contrast }) => contrast < 25, 'blurred stripes');
  await ada.command('/unset filter');
  await shows(bert, ({ contrast }) => contrast > 100, 'sharp stripes again');
  context.diagnostic(`neighbouring stripes differ by ${sharp.contrast} of 255, blurred by ${blurred.contrast}`);
  await ada.assertClean();
});

test('another background takes the place of what is behind', limit, async () => {
  const [ada, bert] = await sender('chromium', 'colours', { filter: 'background-image', background: 'forest' });
  // The forest is green, and neither red on the left of its sky nor blue and white at its ground.
  await shows(
    bert,
    ({ corners, mean: [red, green, blue] }) =>
      corners[0] !== 'red' && corners[2] !== 'blue' && corners[3] !== 'white' && green > red + 15 && green > blue + 5,
    'a forest',
  );
  await ada.assertClean();
});

test('where the canvas cannot blur, the background is blurred by shrinking it', limit, async (context) => {
  const [ada, bert] = await sender('chromium', 'stripes', { filter: 'background-blur' }, (page) =>
    page.evaluateOnNewDocument(() => {
      delete CanvasRenderingContext2D.prototype.filter;
    }),
  );
  const { contrast } = await shows(bert, (seen) => seen.contrast < 25, 'blurred stripes');
  context.diagnostic(`neighbouring stripes differ by ${contrast} of 255`);
  await ada.assertClean();
});

/// Takes away what the segmenter needs.
const withoutWebGl = (page) =>
  page.evaluateOnNewDocument(() => {
    const getContext = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function context(kind, ...rest) {
      return kind === 'webgl2' && !window.testWebGl ? null : getContext.call(this, kind, ...rest);
    };
  });

test('a picture whose background cannot be hidden is not sent, and the user told what to do', limit, async () => {
  const [ada, bert] = await sender('chromium', 'colours', { filter: 'background-blur' }, withoutWebGl);
  await ada.sees('toast-error', 'Your surroundings could not be hidden');
  assert.deepEqual([await ada.count('tile'), await bert.count('tile')], [0, 0]);
  assert.equal(await ada.page.evaluate(() => window.testCamera.getTracks()[0].readyState), 'ended');
  // Both pieces of advice help.
  await ada.command('/set filter "mirror-h"');
  await ada.click('enable-camera');
  await shows(bert, ({ corners }) => String(corners) === 'green,red,white,blue', 'the mirrored picture');
  // A filter chosen while the camera is on takes the picture away as well.
  await ada.command('/set filter "background-blur"');
  await bert.seesTiles(0);
  await ada.page.evaluate(() => {
    window.testWebGl = true;
  });
  await ada.click('enable-camera');
  await bert.seesTiles(1);
  await ada.assertClean();
});

test('the preview shows no picture whose background cannot be hidden, and none is sent on joining', limit, async () => {
  const path = stage.group();
  const bert = await stage.arrive('chromium', path, 'bert');
  await bert.login();
  const ada = await stage.arrive('chromium', path, 'ada', {
    settings: { filter: 'background-image' },
    before: async (page) => {
      await camera('colours')(page);
      await withoutWebGl(page);
    },
  });
  await ada.click('start-camera');
  await ada.sees('preview-error', 'Your surroundings could not be hidden');
  assert.equal(await ada.count('preview-video'), 0);
  assert.equal(await ada.page.evaluate(() => window.testCamera.getTracks()[0].readyState), 'ended');
  await ada.login();
  await ada.say('here I am');
  await bert.hears('here I am');
  assert.equal(await bert.count('tile'), 0);
  await ada.assertClean();
});

test('a background filter that breaks while it runs ends the picture instead of showing it bare', limit, async () => {
  const [ada, bert] = await sender('chromium', 'stripes', { filter: 'background-blur' });
  await shows(bert, ({ contrast }) => contrast < 25, 'blurred stripes');
  await ada.page.evaluate(() => {
    CanvasRenderingContext2D.prototype.setTransform = () => {
      throw new Error('no more');
    };
  });
  await ada.sees('toast-error', 'The picture filter has stopped working');
  await bert.seesTiles(0);
  assert.equal(await ada.page.evaluate(() => window.testCamera.getTracks()[0].readyState), 'ended');
});

test('a graphics card that gives out bares no picture', limit, async () => {
  const [ada, bert] = await sender('chromium', 'stripes', { filter: 'background-blur' }, (page) =>
    page.evaluateOnNewDocument(() => {
      window.testGraphics = [];
      for (const Canvas of [HTMLCanvasElement, OffscreenCanvas]) {
        const getContext = Canvas.prototype.getContext;
        Canvas.prototype.getContext = function get(kind, ...rest) {
          const graphics = getContext.call(this, kind, ...rest);
          if (kind.startsWith('webgl') && graphics) window.testGraphics.push(graphics);
          return graphics;
        };
      }
    }),
  );
  await shows(bert, ({ contrast }) => contrast < 25, 'blurred stripes');
  const lost = await ada.page.evaluate(() => {
    const all = new Set(window.testGraphics);
    for (const graphics of all) graphics.getExtension('WEBGL_lose_context')?.loseContext();
    return all.size;
  });
  assert.ok(lost > 0);
  for (let looks = 0; looks < 25; looks += 1) {
    const seen = await look(bert);
    assert.ok(!seen || seen.contrast < 50, JSON.stringify(seen));
    await new Promise((done) => setTimeout(done, 200));
  }
});

test('a noise filter that breaks while it runs ends the sound instead of sending silence', limit, async () => {
  const path = stage.group();
  const bert = await stage.arrive('chromium', path, 'bert');
  await bert.login();
  const ada = await stage.arrive('chromium', path, 'ada', {
    settings: { noiseFilter: true },
    before: (page) =>
      page.evaluateOnNewDocument(() => {
        window.AudioWorkletNode = class extends window.AudioWorkletNode {
          constructor(...args) {
            super(...args);
            window.testProcessor = this;
          }
        };
      }),
  });
  await ada.login();
  await ada.click('enable-camera');
  await bert.seesAndHears('ada');
  await ada.page.evaluate(() => window.testProcessor.dispatchEvent(new Event('processorerror')));
  await ada.sees('toast-error', 'The noise filter has stopped working');
  await bert.waits(
    () => document.querySelector('[data-testid=tile][data-username=ada]')?.dataset.hasAudio === 'false',
    'a picture without sound',
  );
  await ada.waits(() => document.querySelector('[data-testid=mute].control-off'), 'the button to switch it on');
  await ada.click('mute');
  await bert.seesAndHears('ada');
  await ada.assertClean();
});
