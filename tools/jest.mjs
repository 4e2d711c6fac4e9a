// Runs Jest in ESM mode with the project's own Node, whatever Node started this file.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
const own = path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
const node = existsSync(own) ? own : process.execPath;
const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const flags = ['--experimental-vm-modules', '--no-warnings', jest, '--config', path.join(root, 'jest.config.mjs')];
const done = spawnSync(node, [...flags, '--passWithNoTests', ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(done.status ?? 1);
