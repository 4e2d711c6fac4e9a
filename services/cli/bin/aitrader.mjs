#!/usr/bin/env node
// Starts the command line with the Node that the project pins, and builds it first when it was never built.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const main = path.join(here, '..', 'dist', 'main.js');
const root = path.resolve(here, '..', '..', '..');
const own = path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
const node = existsSync(own) ? own : process.execPath;

if (!existsSync(main)) {
  const built = spawnSync(node, [path.join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc'), '-b', root], {
    encoding: 'utf8',
  });
  if (built.status !== 0) {
    process.stderr.write(`aitrader is not built, and building it failed:\n${built.stdout}${built.stderr}`);
    process.exit(1);
  }
}

const child = spawn(node, ['--enable-source-maps', main, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
