// A strict reader of Prometheus' text format, version 0.0.4.

import assert from 'node:assert/strict';

const help = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) \S.*$/;
const type = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge)$/;
const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\]|\\\\["\\\\n])*"';
const sample = new RegExp(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{${label}(?:,${label})*\\})? (-?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)$`);

/// Gives a map from name and labels, as written, to the value.
export function readMetrics(text) {
  assert.ok(text.endsWith('\n'), 'the text ends in a line feed');
  const values = new Map();
  let helped;
  let typed;
  for (const line of text.trimEnd().split('\n')) {
    const [, helpName] = help.exec(line) ?? [];
    const [, typeName] = type.exec(line) ?? [];
    if (helpName) {
      helped = helpName;
    } else if (typeName) {
      assert.equal(typeName, helped, `HELP stands before: ${line}`);
      typed = typeName;
    } else {
      const [, name, labels = '', value] = sample.exec(line) ?? assert.fail(`not the format: ${line}`);
      assert.equal(name, typed, `its TYPE stands before: ${line}`);
      assert.ok(!values.has(name + labels), `once only: ${line}`);
      values.set(name + labels, Number(value));
    }
  }
  return values;
}
