import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = import.meta.dirname;
/** What the engine takes of Node, as a browser has it. */
const node = (name) => path.join(here, 'src/machine/node', name);

// The page is served by the console, which puts a nonce of its own into every page: nothing may be written into the page by the build.
export default defineConfig({
  root: here,
  plugins: [react()],
  resolve: {
    conditions: ['@aitrader/source', 'module', 'browser', 'default'],
    alias: { ajv: node('ajv.ts'), 'node:crypto': node('crypto.ts'), 'node:v8': node('v8.ts') },
  },
  html: { cspNonce: '__NONCE__' },
  build: {
    outDir: path.resolve(here, '../../dist/console-web'),
    emptyOutDir: true,
    sourcemap: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1024,
  },
  worker: { format: 'es' },
  logLevel: 'warn',
});
