import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { loadModelParameters, loadRunConfig } from './index.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'given-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (content: string | Uint8Array): string => {
  const full = path.join(folder, 'given.json');
  writeFileSync(full, content);
  return full;
};
const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'taken',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
const asConfiguration = (full: string): Promise<string> => messageOf(loadRunConfig(full));
const asParameters = (full: string): Promise<string> => messageOf(loadModelParameters(full));

const CONFIGURATION = 'a configuration is a JSON file of any part of the run configuration';
const PARAMETERS = 'fitted parameters are a JSON file that "aitrader fit --into" writes';

describe('a file given as a configuration or as parameters', () => {
  it.each<[what: string, content: string | Uint8Array, problem: string]>([
    ['empty', ' \n', 'is empty'],
    ['a binary', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0), 'is a binary file'],
    ['packed', gzipSync('{}'), 'is packed by gzip'],
    ['a page', '<html></html>', 'looks like XML or HTML'],
    ['bars', 'ts,open,high,low,close,volume,symbol\n1,1,1,1,1,1,A\n', 'looks like CSV'],
  ])('is called what it is: %s', async (_, content, problem) => {
    const full = file(content);
    expect(await asConfiguration(full)).toBe(`${full}: ${problem}; ${CONFIGURATION}`);
    expect(await asParameters(full)).toBe(`${full}: ${problem}; ${PARAMETERS}`);
  });

  it('is called missing, a folder, or one that cannot be opened', async () => {
    const missing = path.join(folder, 'missing.json');
    const circle = path.join(folder, 'circle.json');
    symlinkSync(circle, circle);
    for (const [full, problem] of [
      [missing, 'does not exist'],
      [path.join(file('{}'), 'below'), 'does not exist: a part of its path is a file, not a folder'],
      [folder, 'is a folder'],
      [circle, 'cannot be opened: its links lead in a circle'],
    ] as const) {
      expect(await asConfiguration(full)).toBe(`${full}: ${problem}; ${CONFIGURATION}`);
      expect(await asParameters(full)).toBe(`${full}: ${problem}; ${PARAMETERS}`);
    }
  });

  it('is told where its JSON breaks', async () => {
    expect(await asConfiguration(file('{\n  "risk": {"kellyFraction" 1}\n}'))).toMatch(/is no JSON: .*line 2 column 28/);
    expect(await asParameters(file('kelly'))).toMatch(/is no JSON: /);
  });

  it('is recognised as what it is when it is the other one, or what a fit printed', async () => {
    const parameters = file('{"version":1,"parameters":[]}');
    expect(await asConfiguration(parameters)).toBe(
      `${parameters}: holds fitted parameters, not a configuration: give them with --parameters`,
    );
    const configuration = file('{"risk":{"shortAllowed":false}}');
    expect(await asParameters(configuration)).toBe(
      `${configuration}: holds a run configuration, not fitted parameters: give it with --config`,
    );
    for (const printed of ['{"fits":[]}', '{"model":"garch","n":9,"parameters":{"mu":{"value":1}},"logLikelihood":-1}']) {
      expect(await asParameters(file(printed))).toContain(`is what "aitrader fit --json" prints; ${PARAMETERS}`);
      expect(await asConfiguration(file(printed))).toContain(`is what "aitrader fit --json" prints; ${CONFIGURATION}`);
    }
  });

  it('shows no more of a wrong value, and of many wrong ones, than can be read', async () => {
    const long = await asConfiguration(file(JSON.stringify({ risk: { kellyFraction: 'x'.repeat(5000) } })));
    expect(long.length).toBeLessThan(300);
    const many = await asParameters(file(JSON.stringify({ version: 1, parameters: Array(500).fill(1) })));
    expect(many.split('\n')).toHaveLength(22);
    expect(many).toMatch(/\n {2}and 480 more$/);
  });
});
