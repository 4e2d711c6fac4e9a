import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inOnePart, marketOf, newManifest } from '@aitrader/application-markets';
import { runInMemory } from '@aitrader/application-pipeline';
import { Recorder } from '@aitrader/application-recordings';
import { compareRuns } from '@aitrader/application-reports';
import { appendBar, finishBarTable, newBarTableDraft, type BarTable } from '@aitrader/core-market';
import { item, read, readInt32, runId, ticker, type RunConfig, type RunId } from '@aitrader/model';
import type { Bus } from '@aitrader/runtime-bus';
import { parseRunConfig } from '@aitrader/runtime-configuration';
import { START_MS_MAX, openTestHome } from '../../../../tools/testing/home-under-test.ts';
import { marketBetween } from '../../../../tools/testing/small-market.ts';

const SYMBOLS = ['SYN.B', 'SYN01', 'SYN02', 'SYN03'].map(ticker);
const [FROM, TO] = [Date.UTC(2024, 6, 3, 13, 30), Date.UTC(2024, 6, 3, 14, 30)];
const TABLE = marketBetween(FROM, TO, SYMBOLS);

const configOf = (risk: Readonly<Record<string, unknown>> = {}): RunConfig =>
  parseRunConfig(
    {
      probability: { warmUpBars: 5 },
      strategies: [
        {
          name: 'breakout',
          parameters: {
            ...{ openingRangeMinutes: 5, donchianBars: 5, atrBars: 5, warmUpBars: 8, horizonMinutes: 10 },
            ...{ velocityUpMin: 0.5, turbulentMax: 1, stopAtr: 2, targetAtr: 2 },
          },
        },
      ],
      risk: {
        ...{ edgeError: 0, edge: null, kellyFraction: 1, coverage95Full: 0.5, coverage95Min: 0.1, calibrationBarsMin: 5 },
        ...risk,
      },
      simulation: { halfSpreadBpRegular: 0.02, impactBp: 0.2 },
    },
    'a compared run',
  );

/** The bars with one close moved by a cent. */
function withOtherClose(t: number): BarTable {
  const draft = newBarTableDraft('1m', SYMBOLS);
  for (let row = 0; row < TABLE.count; row++) {
    const at = read(TABLE.t, row);
    const moved = at === t && readInt32(TABLE.symbol, row) === 1 ? 0.01 : 0;
    appendBar(draft, {
      ...{ t: at, symbol: readInt32(TABLE.symbol, row), open: read(TABLE.open, row), low: read(TABLE.low, row) },
      ...{ high: read(TABLE.high, row) + moved, close: read(TABLE.close, row) + moved, volume: read(TABLE.volume, row) },
    });
  }
  return finishBarTable(draft);
}

async function record(bus: Bus, name: string, shards: number, config: RunConfig, table: BarTable): Promise<RunId> {
  const run = runId(name);
  const sources = [{ name: 'an hour', sha256: '', shape: 'synthetic', adjustment: 'raw' } as const];
  const recorder = await Recorder.begin(
    bus,
    newManifest(run, 'backtest', shards, config, marketOf({ bars: inOnePart(table), sources })),
  );
  await runInMemory({ table, config, shards, watchers: [recorder.add], flush: () => recorder.flush() });
  await recorder.end();
  return run;
}

describe('two runs held against each other', () => {
  let home: Awaited<ReturnType<typeof openTestHome>>;
  let plain: RunId;
  beforeAll(async () => {
    home = await openTestHome();
    plain = await record(home.bus, 'plain', 1, configOf(), TABLE);
  }, START_MS_MAX);
  afterAll(() => home.close());

  it('are the same in everything, whatever their shards', async () => {
    const other = await record(home.bus, 'sharded', 3, configOf(), TABLE);
    expect(await compareRuns(home.bus, plain, other)).toMatchObject({
      ...{ t: null, step: null, decidedAt: null, answers: [], missing: { first: 0, second: 0 } },
      since: { bars: null, states: null, signals: null, orders: null, denials: null, fills: null },
    });
  });

  it('of other rules part at the first order, by the gate that is another one', async () => {
    const strict = await record(home.bus, 'strict', 1, configOf({ symbolNotionalFractionMax: 0.01 }), TABLE);
    const parting = await compareRuns(home.bus, plain, strict);
    expect(parting.since).toMatchObject({ bars: null, states: null, signals: null });
    expect([parting.step, parting.t]).toEqual([
      parting.decidedAt === parting.since.orders ? 'orders' : 'denials',
      parting.decidedAt,
    ]);
    expect(parting.answers.length).toBeGreaterThan(0);
    const gates = parting.answers.flatMap(({ figures }) => figures.map(({ gate }) => gate));
    expect(gates).toContain('SYMBOL_NOTIONAL');
    for (const { first, second } of parting.answers)
      expect([first, second].every((words) => /^(buy|sell|denied) /.test(words))).toBe(true);
  });

  it('of other bars part at the bar, and everything after it no earlier', async () => {
    const t = item(
      [...TABLE.t.subarray(0, TABLE.count)].filter((at) => at > FROM + 20 * 60_000),
      0,
    );
    const moved = await record(home.bus, 'moved', 1, configOf(), withOtherClose(t));
    const { step, t: at, since } = await compareRuns(home.bus, plain, moved);
    expect([step, at, since.bars, since.states]).toEqual(['bars', t, t, t]);
    for (const first of Object.values(since)) expect(first === null || first >= t).toBe(true);
  });

  it('say which intervals one of them lacks', async () => {
    const short = await record(home.bus, 'short', 1, configOf(), marketBetween(FROM, TO - 10 * 60_000, SYMBOLS));
    const parting = await compareRuns(home.bus, plain, short);
    expect(parting.missing.first).toBe(0);
    expect(parting.missing.second).toBeGreaterThan(5);
    expect(parting.step).toBeNull();
  });
});
