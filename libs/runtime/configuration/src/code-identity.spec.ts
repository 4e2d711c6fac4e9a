import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CODE_VERSION, codeIdentity } from './index.ts';
import { codeIdentityOf } from './code-identity.ts';

const COMMITS = ['a'.repeat(40), 'b'.repeat(40)] as const;

describe('which code runs', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'identity-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (name: string, text: string): void => {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const workspace = (): void => {
    write('package.json', '{"workspaces":["libs/*","contracts"]}');
    write('libs/a/dist/index.js', 'one');
    write('libs/a/dist/deep/more.js', 'two');
    write('contracts/dist/index.js', 'three');
  };
  const identity = (kind = 'dist'): ReturnType<typeof codeIdentityOf> => codeIdentityOf(path.join(root, 'libs/a', kind));

  it('is told of this process', () => {
    expect(codeIdentity()).toMatchObject({ version: CODE_VERSION, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('is the same for the same files, wherever they lie and whatever lies beside them', () => {
    workspace();
    const { hash } = identity();
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const before = root;
    root = mkdtempSync(path.join(tmpdir(), 'identity-'));
    workspace();
    write('libs/a/dist/index.js.map', 'a map');
    write('libs/a/src/index.ts', 'the source');
    write('libs/a/node_modules/other/dist/index.js', "another's");
    write('services/cli/dist/index.js', 'no workspace');
    expect(identity().hash).toBe(hash);
    rmSync(before, { recursive: true });
  });

  it('is another one when any file is another, has another name, or is one more', () => {
    workspace();
    const hashes = [identity().hash];
    const changes: readonly (() => void)[] = [
      () => write('contracts/dist/index.js', 'tree'),
      () => write('libs/a/dist/added.js', ''),
      () => rmSync(path.join(root, 'libs/a/dist/added.js')),
      () => write('libs/a/dist/deep/other.js', 'two'),
      () => rmSync(path.join(root, 'libs/a/dist/deep/more.js')),
    ];
    for (const change of changes) {
      change();
      hashes.push(identity().hash);
    }
    expect(hashes[3]).toBe(hashes[1]);
    expect(new Set(hashes).size).toBe(changes.length);
  });

  it('is that of the sources when they are what runs, without their specs', () => {
    workspace();
    write('libs/a/src/index.ts', 'the source');
    const { hash } = identity('src');
    write('libs/a/src/index.spec.ts', 'a spec');
    expect(identity('src').hash).toBe(hash);
    expect(hash).not.toBe(identity().hash);
  });

  it('is that of the programs and of the packages that they load when programs are what runs', () => {
    workspace();
    const programs = (): string => codeIdentityOf(path.join(root, 'dist')).hash;
    write('dist/cli.js', 'a program');
    const hashes = [programs()];
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
    write('libs/a/dist/index.js', 'built anew');
    hashes.push(programs());
    write('dist/part-1.js', 'a part');
    hashes.push(programs());
    expect(new Set(hashes).size).toBe(3);
  });

  it('names the commit that is checked out: by itself, on a branch, on a packed one, in a work tree of its own', () => {
    workspace();
    const [one, other] = COMMITS;
    expect(identity().commit).toBe('');
    write('.git/HEAD', `${one}\n`);
    expect(identity().commit).toBe(one);
    write('.git/HEAD', 'ref: refs/heads/a/branch\n');
    expect(identity().commit).toBe('');
    write('.git/packed-refs', `# pack-refs\n${one} refs/heads/branch\n${other} refs/heads/a/branch\n`);
    expect(identity().commit).toBe(other);
    write('.git/refs/heads/a/branch', `${one}\n`);
    expect(identity().commit).toBe(one);
    rmSync(path.join(root, '.git'), { recursive: true });
    write('.git', 'gitdir: ./elsewhere/worktrees/mine\n');
    write('elsewhere/worktrees/mine/HEAD', 'ref: refs/heads/mine\n');
    write('elsewhere/worktrees/mine/commondir', '../..\n');
    write('elsewhere/refs/heads/mine', `${other}\n`);
    expect(identity().commit).toBe(other);
  });

  it('names the commit that a package was made of where nothing is checked out', () => {
    workspace();
    const [one, other] = COMMITS;
    write('package.json', `{"workspaces":["node_modules/own/*"],"gitHead":"${one}"}`);
    expect(identity().commit).toBe(one);
    write('.git/HEAD', `${other}\n`);
    expect(identity().commit).toBe(other);
  });

  it('is that of programs and of the packages that came with them in a package', () => {
    write('package.json', '{"workspaces":["node_modules/own/*"]}');
    write('dist/cli.js', 'a program');
    write('node_modules/own/a/dist/index.js', 'one');
    write('node_modules/other/dist/index.js', "another's");
    const programs = (): string => codeIdentityOf(path.join(root, 'dist')).hash;
    const hashes = [programs()];
    write('node_modules/other/dist/index.js', "another's, changed");
    expect(programs()).toBe(hashes[0]);
    write('node_modules/own/a/dist/index.js', 'two');
    expect(programs()).not.toBe(hashes[0]);
  });

  it('is not known where there is no workspace around it', () => {
    mkdirSync(path.join(root, 'libs/a/dist'), { recursive: true });
    expect(identity()).toEqual({ version: CODE_VERSION, hash: '', commit: '' });
  });
});
