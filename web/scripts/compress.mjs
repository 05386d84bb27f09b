// Puts compressed copies beside the built files: NAME.br and NAME.gz, which the server sends to clients that take them.

import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const directory = process.argv[2] ?? 'dist';
const worthwhile = new Set(['.css', '.html', '.js', '.json', '.mjs', '.svg', '.txt', '.wasm', '.webmanifest']);
const tooSmall = 600;

let before = 0;
let after = 0;
for (const entry of readdirSync(directory, { recursive: true })) {
  const path = join(directory, entry);
  const facts = statSync(path);
  if (!facts.isFile() || !worthwhile.has(extname(path)) || facts.size < tooSmall) continue;
  const content = readFileSync(path);
  const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } });
  for (const [suffix, bytes] of [['.br', brotli], ['.gz', gzipSync(content, { level: 9 })]]) {
    writeFileSync(path + suffix, bytes);
    // A copy older than its file would be taken for one that was forgotten.
    utimesSync(path + suffix, facts.atime, facts.mtime);
  }
  before += content.length;
  after += brotli.length;
}
console.log(`${directory}: ${Math.round(before / 1024)} kB are ${Math.round(after / 1024)} kB compressed`);
