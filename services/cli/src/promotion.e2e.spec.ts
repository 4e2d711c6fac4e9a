/**
 * A program is a shadow of a recorded run, and is promoted by that.
 * 1. As it is it decides what was recorded, and may be promoted; a date is then begun by nothing else, until one goes back.
 * 2. With another limit it is not clean, names the first decision that differs and its gate, and cannot be promoted.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ShadowVerdict } from '@aitrader/application-parity';
import { requireGeneration, type Generation } from '@aitrader/application-supervision';
import { parseRunConfig } from '@aitrader/runtime-configuration';
import { ROOT, commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';
import { EAGER } from './testing/eager-rules.ts';

const RUN_MS_MAX = 240_000;
const WHY = ['--reason', 'rehearsed'];

describe('a shadow of a recorded run', () => {
  let aitrader: CommandUnderTest;
  let run = '';
  let limited = '';
  beforeAll(async () => {
    aitrader = await commandUnderTest();
    const config = path.join(aitrader.folder, 'config.json');
    await writeFile(config, JSON.stringify(EAGER));
    limited = path.join(aitrader.folder, 'limited.json');
    await writeFile(limited, JSON.stringify({ risk: { openOrdersMax: 1 } }));
    const recorded = await aitrader.json('backtest', '--bars', 'sample', '--to', '2024-07-03', '--config', config, '--record');
    expect(recorded.counts.fills).toBeGreaterThan(10);
    run = recorded.run;
  }, RUN_MS_MAX);
  afterAll(() => aitrader.cleanUp());

  const generationOf = (...args: string[]) => aitrader.json<Generation>('promote', ...args, ...WHY);

  it('may not be promoted unseen', async () => {
    const { code, stderr } = await aitrader.run('promote', run, ...WHY);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`has been no shadow of ${run}`)]);
  });

  it(
    '2. with another limit is not clean, and blocks the cut-over',
    async () => {
      const shadow = await aitrader.run('shadow', run, '--config', limited, '--json');
      expect(shadow.code).toBe(1);
      const verdict = JSON.parse(shadow.stdout) as ShadowVerdict;
      expect(verdict).toMatchObject({ isClean: false, isWhole: true, otherFacts: [] });
      expect(verdict.differences).toBeGreaterThan(0);
      expect(verdict.first).toMatchObject({ gate: expect.any(String), recorded: expect.stringMatching(/^(buy|sell) /) });
      const { code, stderr } = await aitrader.run('promote', run, ...WHY);
      expect([code, stderr]).toEqual([1, expect.stringContaining('the cut-over is blocked')]);
      expect(stderr).toContain(`gate ${verdict.first?.gate ?? ''}`);
    },
    RUN_MS_MAX,
  );

  it(
    '1. as it is, whoever runs it, is clean, and begins the next dates until one goes back',
    async () => {
      const verdict = await aitrader.json<ShadowVerdict>('shadow', run, '--build', ROOT);
      expect(verdict).toMatchObject({ isClean: true, differences: 0, first: null, otherFacts: [] });
      expect(verdict.decisions).toBeGreaterThan(10);
      const { code, stderr } = await aitrader.run('promote', run, ...WHY);
      expect([code, stderr]).toEqual([1, expect.stringContaining('name one by --config-hash')]);
      const raised = await generationOf(run, '--config-hash', verdict.shadow.configHash);
      expect(raised).toMatchObject({ generation: 1, kind: 'promoted', program: verdict.shadow, run, reason: 'rehearsed' });
      const follows = { source: { kind: 'sample' as const }, follows: run };
      const anyOther = { ...follows, config: parseRunConfig(JSON.parse(await readFile(limited, 'utf8')), limited) };
      await expect(requireGeneration(aitrader.home, anyOther)).rejects.toThrow(
        /generation 1 of this home: build .*configuration/,
      );
      await expect(requireGeneration(aitrader.home, { ...anyOther, follows: undefined })).resolves.toBeUndefined();
      const back = await generationOf('--back');
      expect(back).toMatchObject({
        generation: 2,
        kind: 'rolled-back',
        program: verdict.blue,
        former: verdict.shadow,
        run: null,
      });
    },
    RUN_MS_MAX,
  );
});
