import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CODE_VERSION } from './code-version.ts';
import { workspaceAround, workspacesIn } from './program-file.ts';

/** Which code runs. Two processes with the same hash run the same code; the commit says where to look for it. */
export interface CodeIdentity {
  /** version of the packages */
  readonly version: string;
  /** SHA-256 over every file of code of the workspace, in hex; empty where there is no workspace around this file */
  readonly hash: string;
  /** the commit that is checked out, which the code may have been changed since, or that a package was made of; empty where there is none */
  readonly commit: string;
}

let known: CodeIdentity | undefined;

/** Which code this process runs; what is on disk is read once. */
export function codeIdentity(): CodeIdentity {
  known ??= codeIdentityOf(import.meta.dirname);
  return known;
}

/** The same of what is on disk now, which a build may have replaced since this process started. */
export const codeIdentityNow = (): CodeIdentity => codeIdentityOf(import.meta.dirname);

/**
 * The same of the workspace around a folder, whose name says which code runs there: the programs that were built (`dist` of the workspace
 * itself), what the compiler built (`dist` of a package), or the sources (`src`).
 */
export function codeIdentityOf(folder: string): CodeIdentity {
  const root = workspaceAround(folder);
  if (root === undefined) return { version: CODE_VERSION, hash: '', commit: '' };
  return { version: CODE_VERSION, hash: hashOf(root, folder), commit: commitIn(root) };
}

function hashOf(root: string, folder: string): string {
  const kind = path.basename(folder);
  const own = workspacesIn(path.join(root, 'package.json')) ?? [];
  // programs are joined from the packages, and load some of them as they are
  const packages = path.dirname(folder) === root ? ['.', ...own] : own;
  const patterns = packages.map((name) => `${name}/${kind}/**/*.${kind === 'src' ? 'ts' : 'js'}`);
  const files = globSync(patterns, { cwd: root, exclude: (name) => name.endsWith('.spec.ts') });
  const all = createHash('sha256');
  for (const file of files.map((name) => name.replaceAll(path.sep, '/')).sort()) {
    const content = createHash('sha256')
      .update(readFileSync(path.join(root, file)))
      .digest('hex');
    all.update(`${content} ${file}\n`);
  }
  return files.length === 0 ? '' : all.digest('hex');
}

const COMMIT = /^[0-9a-f]{40,64}$/;

/** What HEAD names; a work tree of its own keeps HEAD apart from the branches. */
function commitIn(root: string): string {
  const read = (...names: readonly string[]): string => {
    try {
      return readFileSync(path.resolve(root, ...names), 'utf8').trim();
    } catch {
      return '';
    }
  };
  const own = read('.git').replace(/^gitdir: /, '') || '.git';
  const shared = path.resolve(root, own, read(own, 'commondir') || '.');
  const head = read(own, 'HEAD');
  if (COMMIT.test(head)) return head;
  const branch = head.replace(/^ref: /, '');
  const packed = read(shared, 'packed-refs').split('\n');
  const commit = read(shared, branch) || (packed.find((line) => line.endsWith(` ${branch}`))?.split(' ')[0] ?? '');
  return COMMIT.test(commit) ? commit : packedCommit(read('package.json'));
}

/** What npm calls the commit that a package was made of. */
function packedCommit(packageFile: string): string {
  const { gitHead } = JSON.parse(packageFile) as { readonly gitHead?: unknown };
  return typeof gitHead === 'string' && COMMIT.test(gitHead) ? gitHead : '';
}
