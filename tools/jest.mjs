// Runs Jest in ESM mode with the project's own Node, whatever Node started this file.
import path from 'node:path';
import { root, run } from './run.mjs';

const config = ['--config', path.join(root, 'jest.config.mjs'), '--passWithNoTests'];
process.exit(run('jest', [...config, ...process.argv.slice(2)], { cwd: process.cwd() }).status);
