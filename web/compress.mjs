// Puts NAME.br and NAME.gz beside each text file of the build, for the server to hand out.

import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const compressible = /\.(html|js|mjs|css|json|svg|wasm|map|txt|tflite|binarypb|data)$/;
// Below this a packet is not saved.
const smallest = 1024;

const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: {
      // The best quality takes seconds for each megabyte, which only small files are worth.
      [constants.BROTLI_PARAM_QUALITY]: bytes.length > 1_000_000 ? 6 : 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });

function compress(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) compress(path);
    if (!entry.isFile() || !compressible.test(entry.name)) continue;
    const bytes = readFileSync(path);
    if (bytes.length < smallest) continue;
    const { mtime } = statSync(path);
    for (const [suffix, smaller] of [['.br', brotli(bytes)], ['.gz', gzipSync(bytes, { level: 9 })]]) {
      if (smaller.length > bytes.length * 0.9) continue;
      writeFileSync(path + suffix, smaller);
      // Never older than the file, whatever the clock's resolution: the server compares.
      utimesSync(path + suffix, mtime, new Date(mtime.getTime() + 1));
    }
  }
}

compress(process.argv[2] ?? 'dist');
