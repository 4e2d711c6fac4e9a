import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sampleMarket } from '@aitrader/core-market';
import type { RunConfig } from '@aitrader/model';
import { learnedEdgesText, parseRunConfig, SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { learnEdges, withLearnedEdges, type LearnedEdges } from './learned-edges.ts';
import { runInMemory } from './memory-run.ts';

const table = sampleMarket();
let folder: string;
let learned: LearnedEdges;
let file: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'edges-'));
  file = path.join(folder, 'edges.json');
  learned = await learnEdges({ table, config: SIMULATED_DEFAULTS, shards: 1 });
  writeFileSync(file, learnedEdgesText(learned.edges));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let written = 0;
const write = (edges: readonly unknown[]): string => {
  const other = path.join(folder, `${(written += 1)}.json`);
  writeFileSync(other, JSON.stringify({ version: 1, edges }));
  return other;
};

describe('edges that are learned on history', () => {
  it('are what the run itself would have known in the end, up to its last bar', async () => {
    const [edge] = learned.edges;
    const { edges } = await runInMemory({ table, config: SIMULATED_DEFAULTS, shards: 2 });
    expect(edge).toMatchObject({
      strategy: 'breakout',
      kind: 'breakout',
      outcomes: edges[0]?.scored,
      until: table.t[table.count - 1],
    });
    expect(learned.walk.at(-1)).toMatchObject({ slope: edge?.slope, error: edge?.slopeError });
  });

  it('say nothing of bars that they were learned from: a run over those is the same run', async () => {
    const config = await withLearnedEdges(SIMULATED_DEFAULTS, file);
    expect(config.risk.edge?.priors).toHaveLength(1);
    const [before, with_] = await Promise.all([
      runInMemory({ table, config: SIMULATED_DEFAULTS, shards: 1 }),
      runInMemory({ table, config, shards: 1 }),
    ]);
    expect(with_.digest).toEqual(before.digest);
  });

  it('count from the bar after: what was shown before lets a run begin with stakes', async () => {
    const [edge] = learned.edges;
    const good = write([{ ...edge, slope: 2, slopeError: 0.3, outcomes: 500, until: (table.t[0] ?? NaN) - 1 }]);
    const bad = write([{ ...edge, slope: -2, slopeError: 0.3, outcomes: 500, until: (table.t[0] ?? NaN) - 1 }]);
    const ordersBy = async (config: RunConfig): Promise<number> =>
      (await runInMemory({ table, config, shards: 1 })).counts.orders;
    const [none, more] = [await ordersBy(SIMULATED_DEFAULTS), await ordersBy(await withLearnedEdges(SIMULATED_DEFAULTS, good))];
    expect(more).toBeGreaterThan(none);
    expect(await ordersBy(await withLearnedEdges(SIMULATED_DEFAULTS, bad))).toBeLessThan(none);
  });

  it('are those of a strategy with the same figures: of another one they are refused, with the file and what is otherwise', async () => {
    const [edge] = learned.edges;
    const wide = parseRunConfig({ strategies: [{ name: 'breakout', parameters: { donchianBars: 90 } }] }, 'a spec');
    await expect(withLearnedEdges(wide, file)).rejects.toThrow(
      `${file}: edges.0.parameters.donchianBars: is 90 in the run, got 60`,
    );
    const named = write([{ ...edge, strategy: 'momentum' }]);
    await expect(withLearnedEdges(SIMULATED_DEFAULTS, named)).rejects.toThrow(
      'edges.0.strategy: the run has no strategy of that name, got "momentum"',
    );
    const kind = write([{ ...edge, kind: 'momentum' }]);
    await expect(withLearnedEdges(SIMULATED_DEFAULTS, kind)).rejects.toThrow(
      'edges.0.kind: breakout is of the kind breakout in the run',
    );
    const broken = write([{ ...edge, slopeError: 0 }]);
    await expect(withLearnedEdges(SIMULATED_DEFAULTS, broken)).rejects.toThrow('edges.0.slopeError');
    const believing = { ...SIMULATED_DEFAULTS, risk: { ...SIMULATED_DEFAULTS.risk, edge: null } };
    await expect(withLearnedEdges(believing, file)).rejects.toThrow('risk.edge is null');
    await expect(learnEdges({ table, config: believing, shards: 1 })).rejects.toThrow('risk.edge is null');
  });
});
