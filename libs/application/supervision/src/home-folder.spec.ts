import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeHome } from './home-folder.ts';

describe('the folder of a home', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'aitrader-home-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is made with those above it, and taken as it is when it is there', () => {
    const home = path.join(folder, 'a', 'b');
    makeHome(home);
    makeHome(home);
    expect(statSync(home).isDirectory()).toBe(true);
  });

  it('cannot be a file, nor lie in one', () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    expect(() => makeHome(file)).toThrow(`${file} cannot be the home of runs, since it is a file`);
    const inside = path.join(file, 'home');
    expect(() => makeHome(inside)).toThrow(`${inside} cannot be the home of runs (AITRADER_HOME`);
  });
});
