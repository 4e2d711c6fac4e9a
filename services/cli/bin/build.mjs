// Keeps the build up to the sources of a checkout. An installed copy has no compiler, and is left alone.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const SOURCES = ['libs', 'contracts', 'services', 'web'];
const SKIPPED = new Set(['node_modules', 'dist', 'coverage']);
/** Made when the build was last found to be up to the sources: a look at the files' times is seven times as fast as the compiler's. */
const STAMP = ['dist', '.built'];

const isSource = (name) =>
  (/\.(tsx?|css|html)$/.test(name) && !/\.spec\.tsx?$/.test(name)) || name === 'package.json' || /^tsconfig.*\.json$/.test(name);

/** Whether a source was written after an instant, or one was added, removed or renamed: that is written into its folder. */
function hasNewer(folder, sinceMs, isInside = false) {
  const holdsSources = isInside || path.basename(folder) === 'src';
  if (holdsSources && statSync(folder).mtimeMs > sinceMs) return true;
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return !SKIPPED.has(entry.name) && hasNewer(file, sinceMs, holdsSources);
    return isSource(entry.name) && statSync(file).mtimeMs > sinceMs;
  });
}

function isStale(root, stamp) {
  if (!existsSync(stamp) || !existsSync(path.join(root, 'dist', 'cli.js'))) return true;
  const since = statSync(stamp).mtimeMs;
  const isNewer = (name) => existsSync(path.join(root, name)) && statSync(path.join(root, name)).mtimeMs > since;
  return (
    isNewer('tsconfig.json') ||
    isNewer('tsconfig.base.json') ||
    isNewer('package-lock.json') ||
    isNewer('tools/bundle.mjs') ||
    SOURCES.some((folder) => hasNewer(path.join(root, folder), since))
  );
}

/** Builds what has changed since the last build, by the Node at `node`. Returns what went wrong, or undefined. */
export function buildIfStale(root, node) {
  const compiler = path.join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
  if (!existsSync(compiler) || !SOURCES.every((folder) => existsSync(path.join(root, folder)))) return undefined;
  const stamp = path.join(root, ...STAMP);
  if (!isStale(root, stamp)) return undefined;
  // The stamp tells the time before the compiler read anything: what is written while it runs is built the next time.
  const began = new Date();
  if (!existsSync(stamp)) process.stderr.write('aitrader: building the sources, once …\n');
  for (const step of [[compiler, '-b', root], [path.join(root, 'tools', 'bundle.mjs')]]) {
    const built = spawnSync(node, step, { encoding: 'utf8' });
    if (built.status !== 0) return `building it failed:\n${built.stdout}${built.stderr}`;
  }
  writeFileSync(stamp, '');
  utimesSync(stamp, began, began);
  return undefined;
}
