import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const server = process.env.SLIPWAY_URL ?? 'http://127.0.0.1:4600';

/**
 * Builds the console to `dist/console`, where the server serves it under `/console/`. `npx vite console` serves it
 * with reload on change, its API calls passed on to a server at SLIPWAY_URL (default: http://127.0.0.1:4600).
 */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/console/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: fileURLToPath(new URL('../dist/console', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // data: URLs are not within the page's policy (default-src 'self').
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    host: '127.0.0.1',
    // The server refuses changes from pages of another origin: to it, these pages are its own.
    proxy: { '/api': { target: server, changeOrigin: true, headers: { origin: server } } },
  },
});
