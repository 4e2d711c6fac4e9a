/**
 * A new key of the configuration costs old recordings nothing: a later program with one key more reads those of today, and today's program
 * tells about those of the later one, but runs nothing by a key that it does not know.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunReport } from '@aitrader/application-backtest';
import { commandUnderTest, IN_MODULES, type CommandUnderTest } from './testing/command-under-test.ts';

const RUN_MS_MAX = 240_000;
const LATER = pathToFileURL(path.resolve(import.meta.dirname, 'testing/later-program.mjs')).href;

interface Listed {
  readonly run: string;
  readonly complete: boolean;
  readonly problem: string | null;
}
interface Shown {
  readonly payload: { readonly config: { readonly risk: Readonly<Record<string, number>> } };
}

describe('a configuration with a key more', () => {
  let today: CommandUnderTest;
  let later: CommandUnderTest;
  let ofToday: RunReport;
  let ofLater: RunReport;
  beforeAll(async () => {
    today = await commandUnderTest({}, IN_MODULES);
    later = await commandUnderTest({ NODE_OPTIONS: `--import ${LATER}`, AITRADER_HOME: today.home }, IN_MODULES);
    ofToday = await today.json('backtest', '--bars', 'sample', '--record');
    ofLater = await later.json('backtest', '--bars', 'sample', '--record');
  }, RUN_MS_MAX);
  afterAll(() => {
    today.cleanUp();
    later.cleanUp();
  });

  const listed = async (program: CommandUnderTest, { run }: RunReport): Promise<Listed | undefined> =>
    (await program.json<Listed[]>('runs')).find((entry) => entry.run === run);

  it('is recorded by the program that has the key, and by no other', async () => {
    const config = async (program: CommandUnderTest, { run }: RunReport): Promise<Shown['payload']['config']> =>
      (await program.json<Shown>('show', run, '1')).payload.config;
    expect((await config(later, ofLater)).risk['heatMax']).toBe(0.5);
    expect((await config(later, ofToday)).risk).not.toHaveProperty('heatMax');
  });

  it(
    'leaves old recordings what they were: listed, explained, verified, replayed to the same digest',
    async () => {
      const { run, digest } = ofToday;
      expect(await listed(later, ofToday)).toMatchObject({ complete: true, problem: null });
      expect(await later.json('explain', run, '3')).toEqual(await today.json('explain', run, '3'));
      expect(await later.json('verify', run)).toMatchObject({ verified: true, difference: null });
      expect((await later.json('replay', run)).digest).toEqual(digest);
    },
    RUN_MS_MAX,
  );

  it(
    'is told about by a program that does not know the key',
    async () => {
      const { run } = ofLater;
      expect(await listed(today, ofLater)).toMatchObject({ complete: true, problem: null });
      expect(await today.json('explain', run, '3')).toEqual(await later.json('explain', run, '3'));
      expect((await today.json<Shown>('show', run, '1')).payload.config.risk['heatMax']).toBe(0.5);
    },
    RUN_MS_MAX,
  );

  it.each(['replay', 'verify'])(
    'is not run by, by %s, in a program that does not know the key, which it names',
    async (command) => {
      const { code, stderr } = await today.run(command, ofLater.run);
      expect(code).toBe(1);
      expect(stderr).toContain('risk.heatMax');
      expect(stderr).toContain(ofLater.run);
    },
  );
});
