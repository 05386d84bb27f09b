import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// The server looks these documents up by name, so each is an entry of its own.
const pages = ['index', 'galene', '404', 'change-password', 'stats'];

export default defineConfig({
  base: '/',
  resolve: {
    alias: { '@halcyon/protocol': at('./packages/protocol/src/index.ts') },
  },
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    target: 'es2022',
    // The pages' Content-Security-Policy forbids data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        ...Object.fromEntries(pages.map((page) => [page, at(`./${page}.html`)])),
        offline: at('./src/offline/offline-worker.ts'),
      },
      output: {
        // A service worker governs the pages beside and below it, and is known by its name.
        entryFileNames: ({ name }) => (name === 'offline' ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  test: {
    projects: [
      {
        // The library must work without a document.
        extends: true,
        test: {
          name: 'protocol',
          environment: 'node',
          setupFiles: ['packages/protocol/test/setup.ts'],
          include: ['packages/protocol/test/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'client', environment: 'jsdom', include: ['test/**/*.test.{ts,tsx}'] },
      },
    ],
  },
});
