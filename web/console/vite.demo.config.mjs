import path from 'node:path';
import { defineConfig, mergeConfig } from 'vite';
import console from './vite.config.mjs';

const out = path.resolve(import.meta.dirname, '../../dist/demo');

// The demonstration is files alone, of any server and at any address: nobody gives its pages a nonce.
export default defineConfig({
  ...mergeConfig(console, {
    base: './',
    build: { outDir: out, sourcemap: false, rollupOptions: { input: path.join(import.meta.dirname, 'demo.html') } },
    preview: { port: 4781, strictPort: false },
  }),
  html: {},
});
