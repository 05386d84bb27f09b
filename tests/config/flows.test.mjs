// The list of flows in tests/browser/README.md names tests that exist, and run in the browsers that it says.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const folder = new URL('../browser/', import.meta.url);
const read = (name) => readFileSync(new URL(name, folder), 'utf8');

const rows = read('README.md')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)
  .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));

/// The line in which a test with this title begins, if there is one.
function lineOf(file, title) {
  const literal = title.replaceAll("'", "\\'");
  const lines = read(`${file}.test.mjs`).split('\n');
  return lines.find((line) => [`('${literal}'`, `(\`${title}\``, `(\`${title} (\${`].some((start) => line.includes(start)));
}

test('every flow is shown by a test that exists', () => {
  assert.ok(rows.length > 50);
  for (const [flow, file, title] of rows) assert.ok(lineOf(file, title), `${flow}: no "${title}" in ${file}.test.mjs`);
});

test('every flow runs in both browsers, or it is said why not', () => {
  for (const [flow, file, title, browsers] of rows) {
    const source = read(`${file}.test.mjs`);
    const line = lineOf(file, title);
    if (browsers === 'each') {
      assert.match(line, /inBoth\(|claim\(|\$\{browser\}|\$\{name\}/, `${flow} does not run in each browser`);
      assert.match(source, /bothBrowsers|browsers of|of browsers/, flow);
    } else if (browsers === 'both') {
      assert.match(source, /'chromium'/, flow);
      assert.match(source, /'firefox'/, flow);
    } else {
      assert.match(browsers, /^Chromium: \w/, `${flow}: why not in Firefox?`);
    }
  }
});

test('no row is there twice', () => {
  const flows = rows.map(([flow]) => flow);
  assert.deepEqual(flows, [...new Set(flows)]);
});
