#!/usr/bin/env node
// Starts the command line with the Node that the project pins; in a checkout it first builds what has changed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfStale } from './build.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '..', '..', '..');
const main = path.join(root, 'dist', 'cli.js');
// with a checkout it is inside, beside a package that was installed
const own = ['node_modules', '..'].map((modules) =>
  path.join(root, modules, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node'),
);
const node = own.find((file) => existsSync(file)) ?? process.execPath;

const problem = buildIfStale(root, node) ?? (existsSync(main) ? undefined : `there is no ${main}, and no compiler to make it`);
if (problem !== undefined) {
  process.stderr.write(`aitrader: ${problem}\n`);
  process.exit(1);
}

// What Node compiled once it need not compile at every start; a folder that cannot be written is no harm.
const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? path.join(root, 'node_modules', '.cache', 'aitrader');
const env = { ...process.env, NODE_COMPILE_CACHE };
const child = spawn(node, ['--enable-source-maps', main, ...process.argv.slice(2)], { stdio: 'inherit', env });
// Ctrl-C reaches the child from the terminal, as it does every process of the group, and npm hands it on to this one once more. To the
// child a second SIGINT means "at once", so it must hear of none but its own; SIGTERM means the same as the first, however often it comes.
process.on('SIGINT', () => child.kill('SIGTERM'));
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? 128 + (os.constants.signals[signal] ?? 0)));
