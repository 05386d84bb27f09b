import type { BackgroundName } from '../settings/settings';

type Painter = (context: CanvasRenderingContext2D, width: number, height: number) => void;

function wash(context: CanvasRenderingContext2D, width: number, height: number, colours: string[]): void {
  const gradient = context.createLinearGradient(0, 0, 0, height);
  colours.forEach((colour, index) => {
    gradient.addColorStop(index / (colours.length - 1), colour);
  });
  context.fillStyle = gradient;
  context.fillRect(0, 0, width, height);
}

/** A range of hills whose crest is a sum of two waves; `level` is its height above the lower edge, from 0 to 1. */
function hills(context: CanvasRenderingContext2D, width: number, height: number, level: number, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(0, height);
  for (let x = 0; x <= width; x += width / 80) {
    const at = (x / width) * Math.PI * 2;
    const crest = Math.sin(at * 1.3 + level * 9) * 0.05 + Math.sin(at * 2.9 + level * 20) * 0.025;
    context.lineTo(x, height * (1 - level - crest));
  }
  context.lineTo(width, height);
  context.fill();
}

function tree(context: CanvasRenderingContext2D, x: number, foot: number, size: number, colour: string): void {
  context.fillStyle = colour;
  for (let tier = 0; tier < 4; tier++) {
    const half = size * (0.26 - tier * 0.05);
    const bottom = foot - size * tier * 0.2;
    context.beginPath();
    context.moveTo(x - half, bottom);
    context.lineTo(x, bottom - size * 0.42);
    context.lineTo(x + half, bottom);
    context.fill();
  }
}

const dawn: Painter = (context, width, height) => {
  wash(context, width, height, ['#33526e', '#8a7f9a', '#f2b28c', '#f8dcb0']);
  context.fillStyle = '#fff1cf';
  context.beginPath();
  context.arc(width * 0.74, height * 0.5, height * 0.09, 0, Math.PI * 2);
  context.fill();
  hills(context, width, height, 0.38, '#7f7d8e');
  hills(context, width, height, 0.27, '#56647a');
  hills(context, width, height, 0.15, '#33475a');
};

const forest: Painter = (context, width, height) => {
  wash(context, width, height, ['#cfe3df', '#9fc3b5', '#6d9a83']);
  const rows = [
    ['#7fae9a', 0.5, 0.78],
    ['#4f8570', 0.65, 0.9],
    ['#2b5a49', 0.85, 1.02],
  ] as const;
  rows.forEach(([colour, size, foot], row) => {
    for (let i = 0; i < 9; i++) {
      const x = ((i + (row % 2) / 2) / 8.5) * width;
      tree(context, x, height * foot, height * size * (0.8 + ((i * 7 + row * 3) % 5) / 12), colour);
    }
  });
};

const room: Painter = (context, width, height) => {
  wash(context, width, height, ['#e9e1d3', '#dccfba']);
  context.fillStyle = '#b48f68';
  context.fillRect(0, height * 0.86, width, height * 0.14);
  context.fillStyle = '#f7f5f0';
  context.fillRect(width * 0.06, height * 0.12, width * 0.26, height * 0.46);
  context.fillStyle = '#a9cbdc';
  context.fillRect(width * 0.075, height * 0.145, width * 0.11, height * 0.41);
  context.fillRect(width * 0.195, height * 0.145, width * 0.11, height * 0.41);
  context.fillStyle = '#8a6645';
  for (const shelf of [0.3, 0.52]) {
    context.fillRect(width * 0.66, height * shelf, width * 0.28, height * 0.02);
  }
  const spines = ['#7c3f3a', '#3f5e7c', '#4f7a58', '#c59a4a', '#5d4a78'];
  for (let i = 0; i < 14; i++) {
    const tall = 0.12 + ((i * 5) % 4) * 0.015;
    const shelf = i < 8 ? 0.3 : 0.52;
    context.fillStyle = spines[i % spines.length] ?? '';
    context.fillRect(width * (0.675 + (i % 8) * 0.026), height * (shelf - tall), width * 0.022, height * tall);
  }
};

/** Paints a scene over the whole area. */
export function paintScene(
  name: BackgroundName,
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
): void {
  const painters: Record<BackgroundName, Painter> = { dawn, forest, room, own: dawn };
  painters[name](context, width, height);
}
