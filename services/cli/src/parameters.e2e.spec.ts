import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ParametersEntry } from '@aitrader/runtime-configuration';
import type { ExplainedFill, ExplainedSignal } from '@aitrader/application-recordings';
import type { RunReport } from '@aitrader/application-backtest';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';

const RUN_MS_MAX = 240_000;

describe('a run with fitted parameters', () => {
  let aitrader: CommandUnderTest;
  let file: string;
  let memory: RunReport;
  beforeAll(async () => {
    aitrader = await commandUnderTest();
    file = path.join(aitrader.folder, 'parameters.json');
    const fit = ['fit', '--bars', 'sample', '--to', '2024-07-02', '--into', file];
    await aitrader.json(...fit, '--model', 'gjr');
    await aitrader.json(...fit, '--model', 'hmm');
    memory = await aitrader.json('backtest', '--bars', 'sample', '--parameters', file);
  }, RUN_MS_MAX);
  afterAll(() => aitrader.cleanUp());

  const entries = (): ParametersEntry[] =>
    (JSON.parse(readFileSync(file, 'utf8')) as { parameters: ParametersEntry[] }).parameters;

  it('forecasts otherwise than one without, from the same bars', async () => {
    const without = await aitrader.json('backtest', '--bars', 'sample');
    expect(new Set(entries().map(({ model }) => model))).toEqual(new Set(['gjr', 'hmm']));
    expect(memory.digest.bars).toBe(without.digest.bars);
    expect(memory.digest.states).not.toBe(without.digest.states);
  });

  it(
    'gives the same digests on both hosts and as a replay, verifies, and explains a fill by them',
    async () => {
      for (const shards of ['1', '2']) {
        const args = ['--host', 'bus', '--shards', shards];
        const bus = await aitrader.json('backtest', '--bars', 'sample', '--parameters', file, ...args);
        expect(bus.digest).toEqual(memory.digest);
        const verified = await aitrader.run('verify', bus.run);
        expect(verified.stderr).toBe('');
        expect(verified.code).toBe(0);
        const replayed = await aitrader.json('replay', bus.run);
        expect(replayed.digest).toEqual(memory.digest);
        const { fill, state } = await aitrader.json<ExplainedFill & ExplainedSignal>(
          'explain',
          bus.run,
          String(memory.counts.fills),
        );
        const inForce = entries().filter(({ symbol }) => symbol === fill.symbol);
        expect(state.fitted.map(({ model, version, fittedTo }) => ({ model, version, fittedTo }))).toEqual(
          inForce.map(({ model, version, fittedTo }) => ({ model, version, fittedTo })),
        );
        for (const { seq } of state.fitted) expect(seq).toBeGreaterThan(0);
      }
    },
    RUN_MS_MAX,
  );

  it.each([
    ['omega', -1, 'omega: must be above 0, got -1'],
    ['beta', 2, 'alpha + gamma/2 + beta must be below 1'],
  ])('refuses a file whose %s is %d, on both hosts, and names file, field and value', async (name, value, says) => {
    const bad = path.join(aitrader.folder, 'bad.json');
    const changed = entries().map((entry) =>
      entry.model === 'gjr' ? { ...entry, values: { ...entry.values, [name]: value } } : entry,
    );
    writeFileSync(bad, JSON.stringify({ version: 1, parameters: changed }));
    for (const host of ['memory', 'bus']) {
      const { code, stdout, stderr } = await aitrader.run(
        ...['backtest', '--bars', 'sample', '--parameters', bad, '--host', host, '--json'],
      );
      expect(code).not.toBe(0);
      expect(stdout).toBe('');
      expect(stderr).toContain('bad.json');
      expect(stderr).toMatch(/parameters\.\d+ \(gjr of \w+\)\.values\./);
      expect(stderr).toContain(says);
    }
    expect(await aitrader.json('runs')).toHaveLength(2);
  });
});
