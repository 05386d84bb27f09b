// What the README says is what there is.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { DEAD_AFTER_MS, PING_AFTER_MS, PROBE_MS, RECOVERY_MS } from '../src/index';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const example = join(root, 'example.ts');

/** All examples one after the other, as a reader would put them into one file. */
const code = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, block]) => block).join('\n');
const source = `declare const video: HTMLVideoElement;\n${code}`;

function compile(): ts.Program {
  const { config } = ts.readConfigFile(join(root, '../../tsconfig.base.json'), ts.sys.readFile) as { config: object };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  // An example may show a parameter for a comment's sake.
  const settings = {
    ...options,
    noEmit: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
    paths: { '@halcyon/protocol': [join(root, 'src/index.ts')] },
  };
  const host = ts.createCompilerHost(settings);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === example || fileExists(name);
  host.getSourceFile = (name, version) =>
    name === example ? ts.createSourceFile(name, source, version, true) : getSourceFile(name, version);
  return ts.createProgram([example, join(root, 'src/index.ts')], settings, host);
}

const program = compile();
const checker = program.getTypeChecker();

/** The names of the members of an exported type. */
function membersOf(name: string): string[] {
  const file = program.getSourceFile(join(root, 'src/index.ts'));
  const module = file && checker.getSymbolAtLocation(file);
  const symbol = module && checker.getExportsOfModule(module).find((one) => one.name === name);
  if (!symbol) throw new Error(`${name} is not exported`);
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return checker
    .getPropertiesOfType(checker.getDeclaredTypeOfSymbol(target))
    .map((property) => property.name)
    .filter((property) => !property.includes('#'));
}

/** The names in the column `column` of the table below a heading. */
function tableBelow(heading: string, column: number): string[] {
  const part = readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return part
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .flatMap((line) => [...(line.split('|')[column] ?? '').matchAll(/`(\w+)/g)].map(([, name]) => name ?? ''));
}

describe('the README', () => {
  it('has examples that compile as they stand', { timeout: 30_000 }, () => {
    const faults = [...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics()];
    expect(faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
    expect(code).toContain('connection.publish');
  });

  it('tells all events, and no others', () => {
    const events = [...membersOf('ConnectionEvents'), ...membersOf('StreamEvents')];
    expect(tableBelow('Events', 2).sort()).toEqual(events.sort());
  });

  it('tells all one can do with a connection, and nothing else', () => {
    const inherited = membersOf('Emitter');
    const own = membersOf('ServerConnection').filter((name) => !inherited.includes(name));
    const told = [...tableBelow('Methods', 1), ...tableBelow('Properties', 1)].filter((name) => !inherited.includes(name));
    expect(told.sort()).toEqual(own.sort());
  });

  it('tells the times that count', () => {
    expect([PING_AFTER_MS, DEAD_AFTER_MS, PROBE_MS, RECOVERY_MS]).toEqual([15_000, 65_000, 5000, 5000]);
    expect(readme).toContain('a ping after 15 s, the end after 65 s. `connection.probe()` asks at once and allows five seconds');
    expect(readme).toContain('if it is not connected again five seconds after');
  });
});
