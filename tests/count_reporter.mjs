// A reporter for Node's test runner that a script can read: one line per failed test, then the counts. Only tests that
// ran to an end of their own count; a skipped one counts as failed, because nobody saw it pass.

const describe = ({ name, file }) => `${file ? `${file.split('/').pop()}: ` : ''}${name}`;

export default async function* countReporter(source) {
  let passed = 0;
  let failed = 0;
  for await (const { type, data } of source) {
    if (type === 'test:pass') {
      if (data.details?.type === 'suite') continue;
      if (data.skip !== undefined || data.todo !== undefined) {
        failed += 1;
        yield `failed: ${describe(data)} (skipped)\n`;
      } else {
        passed += 1;
      }
    } else if (type === 'test:fail') {
      // The file or suite around a failed test is no failure of its own.
      if (data.details?.error?.failureType === 'subtestsFailed') continue;
      failed += 1;
      yield `failed: ${describe(data)}\n`;
    }
  }
  yield `counts: ${passed} ${failed}\n`;
}
