import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeFolder } from './make-folder.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'folders-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('a folder', () => {
  it('is made with those above it, and left as it is where it is there', () => {
    const deep = path.join(home, 'a', 'b', 'c');
    makeFolder(deep);
    makeFolder(deep);
    expect(statSync(deep).isDirectory()).toBe(true);
  });

  it('that cannot be made is said to, at once: below a file, and where no folders are made', () => {
    writeFileSync(path.join(home, 'file'), '');
    expect(() => makeFolder(path.join(home, 'file', 'a'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
    if (process.platform === 'linux')
      expect(() => makeFolder('/proc/nope/a')).toThrow(expect.objectContaining({ syscall: 'mkdir' }));
    expect(existsSync('/proc/nope')).toBe(false);
  });
});
