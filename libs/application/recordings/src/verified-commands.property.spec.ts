/**
 * Commands of operators in a run with the simulated broker, wherever they come to stand in the recording.
 *
 * 1. What execution and risk make of them is recomputed, byte for byte, though each heard them by its own place in the recording.
 * 2. Execution says the same again after a restart from any checkpoint.
 * 3. From the interval on that execution heard it with, what is called off is not entered, nothing is where entries ended until a resume, and
 *    what a flatten finds held leaves at market.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { syntheticMarket, type BarTable } from '@aitrader/core-market';
import { newYorkInstant } from '@aitrader/core-sessions';
import {
  endsEntries,
  epochMs,
  item,
  priceFromDollars,
  quantityFromShares,
  read,
  runId,
  type Control,
  type Manifest,
} from '@aitrader/model';
import { parseRunConfig } from '@aitrader/runtime-configuration';
import { InterleavedRun, speak, type SpokenMarket } from '../test/interleaved-run.ts';
import { Verifier } from './verification.ts';

const SHARDS = 2;
const LEAD = 3;
const DAY = syntheticMarket({ seed: 20_240_702, symbols: 6, sessions: ['2024-07-02'] });
/** from the opening on, some hours */
const MARKET = rowsWithin(DAY, newYorkInstant('2024-07-02', 9 * 60 + 30), newYorkInstant('2024-07-02', 12 * 60));
/** Of many orders, and thin, so that entries stay at work for some intervals. */
const CONFIG = parseRunConfig(
  {
    strategies: [
      { name: 'breakout', parameters: { openingRangeMinutes: 5, donchianBars: 10, warmUpBars: 15, horizonMinutes: 20 } },
    ],
    risk: { calibrationBarsMin: 10 },
    simulation: { participationMax: 0.001 },
  },
  'busy',
);
const ENDING: readonly Control['kind'][] = ['flatten', 'halt', 'reduce-only'];
const KINDS: readonly Control['kind'][] = [...ENDING, 'flatten', ...Array(4).fill('cancel'), ...Array(8).fill('resume')];

/** The rows of a table that close after one instant, and up to another. */
function rowsWithin(table: BarTable, after: number, to: number): BarTable {
  const times = table.t.subarray(0, table.count);
  const from = times.findIndex((t) => t > after);
  const end = times.findIndex((t) => t > to);
  const cut = <Column extends Float64Array | Int32Array>(column: Column): Column => column.slice(from, end) as Column;
  const { t, symbol, open, high, low, close, volume } = table;
  return {
    ...{ timeframe: table.timeframe, symbols: table.symbols, count: end - from },
    ...{
      t: cut(t),
      symbol: cut(symbol),
      open: cut(open),
      high: cut(high),
      low: cut(low),
      close: cut(close),
      volume: cut(volume),
    },
  };
}

/** An order with room for its price on both sides. */
function manualOf(
  { symbol, shares }: { readonly symbol: number; readonly shares: number },
  n: number,
): Control['manual'][number] {
  const dollars = read(MARKET.close, MARKET.symbol.indexOf(symbol));
  const [stop, target] = [priceFromDollars(dollars * 0.95), priceFromDollars(dollars * 1.1)];
  const terms = { side: 'buy', quantity: quantityFromShares(shares), stop, target, minutes: 30 } as const;
  return { id: `order-${n}`, symbol: item(MARKET.symbols, symbol), ...terms };
}

type Turn = 'play' | 'execution' | 'risk' | 'checkpoint' | 'restart';
/** Who goes on next, and sometimes something else. */
type Step =
  | { readonly does: Turn }
  | { readonly does: 'order'; readonly symbol: number; readonly shares: number }
  | { readonly does: 'command'; readonly kind: Control['kind']; readonly symbols: readonly number[] };
const does = (...names: readonly Turn[]): fc.Arbitrary<Step> => fc.constantFrom(...names).map((name) => ({ does: name }));
const someStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: does('play', 'execution', 'risk') },
  { weight: 1, arbitrary: does('checkpoint', 'restart') },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('order' as const),
      symbol: fc.nat(MARKET.symbols.length - 1),
      shares: fc.integer({ min: 20, max: 60 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('command' as const),
      kind: fc.constantFrom(...KINDS),
      symbols: fc.oneof(fc.constant([]), fc.uniqueArray(fc.nat(MARKET.symbols.length - 1), { maxLength: 4 })),
    }),
  },
);
const someSteps = fc.array(someStep, { minLength: 150, maxLength: 400, size: 'max' });

describe('commands anywhere in a recording', () => {
  let market: SpokenMarket;
  let manifest: Manifest;
  const seen = { later: 0, repeated: 0, closed: 0, calledOff: 0 };
  beforeAll(async () => {
    market = await speak(MARKET, CONFIG, SHARDS);
    manifest = {
      ...{ run: runId('paper-commands'), kind: 'paper', createdAt: epochMs(0), follows: null },
      ...{ codeVersion: '', codeHash: '', codeCommit: '', nodeVersion: '', configHash: '', sources: [] },
      ...{ shards: SHARDS, timeframe: '1m', universe: MARKET.symbols, config: CONFIG },
      ...{ from: item(market.intervals, 0).t, to: item(market.intervals, market.intervals.length - 1).t },
    };
  });

  function played(steps: readonly Step[]): InterleavedRun {
    const run = new InterleavedRun(manifest, market);
    for (let n = 0; !run.isOver; n++) {
      const step = item(steps, n % steps.length);
      if (step.does === 'play') run.play(LEAD);
      else if (step.does === 'checkpoint') run.checkpoint();
      else if (step.does === 'restart') {
        // who always began again before the end would never come to it
        if (n < steps.length) run.restart();
      } else if (step.does === 'order') run.command('order', `operator ${n}`, { manual: [manualOf(step, n)] });
      else if (step.does === 'command')
        run.command(step.kind, `operator ${n}`, { symbols: step.symbols.map((at) => item(MARKET.symbols, at)) });
      else run.pass(step.does);
      if (n < steps.length) continue;
      // nor would steps that leave somebody out
      run.play(LEAD);
      for (const stage of ['execution', 'risk'] as const) run.pass(stage);
    }
    run.end();
    return run;
  }

  it('1, 2, 3. are recomputed as they were heard, again after a restart, and obeyed', () => {
    fc.assert(
      fc.property(someSteps, (steps) => {
        const run = played(steps);
        const verifier = new Verifier(manifest);
        for (const message of run.log) verifier.offer(message);
        verifier.finish();
        expect(verifier.difference).toBeUndefined();
        expect(verifier.intervals).toBe(market.intervals.length);
        expect(disobeyed(run)).toEqual([]);
        seen.later += run.later;
        seen.repeated += run.repeated;
        for (const { leg, kind, reason } of run.executed.flatMap(({ report }) => report.events)) {
          if (leg === 'time' && kind === 'submitted' && reason === 'flatten') seen.closed += 1;
          if (leg === 'entry' && kind === 'canceled' && KINDS.some((one) => one === reason)) seen.calledOff += 1;
        }
      }),
      { numRuns: 15 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
  });
});

/** What a run did against what was commanded, told by order; nothing, as it should be. */
function disobeyed({ executed }: InterleavedRun): readonly string[] {
  const symbolOf = new Map<string, string>();
  const [calledOff, leaving, triggered] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const wrong: string[] = [];
  let isEnded = false;
  for (const { control, report } of executed) {
    if (control.some(({ kind }) => kind === 'resume')) isEnded = false;
    for (const { orderId, symbol, leg, kind } of report.events) {
      symbolOf.set(orderId, symbol);
      if (isEnded && leg === 'entry' && kind === 'submitted') wrong.push(`${orderId} was taken`);
    }
    for (const { kind, symbols } of control) {
      isEnded = kind !== 'resume' && (isEnded || endsEntries({ kind }));
      if (kind !== 'cancel' && !endsEntries({ kind })) continue;
      for (const [orderId, symbol] of symbolOf) {
        if (symbols.length > 0 && !symbols.some((named) => named === symbol)) continue;
        calledOff.add(orderId);
        if (kind === 'flatten' && !triggered.has(orderId)) leaving.add(orderId);
      }
    }
    for (const { leg, orderId } of report.fills) {
      if (leg === 'entry' && calledOff.has(orderId)) wrong.push(`${orderId} entered`);
      if (leaving.has(orderId) && leg !== 'time') wrong.push(`${orderId} left by its ${leg}`);
    }
    for (const { kind, orderId } of report.events) if (kind === 'triggered') triggered.add(orderId);
  }
  return wrong;
}
