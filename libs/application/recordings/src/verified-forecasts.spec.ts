import { beforeAll, describe, expect, it } from '@jest/globals';
import { addressOf } from '@aitrader/contracts';
import { sampleMarket } from '@aitrader/core-market';
import { epochMs, item, runId, type Manifest } from '@aitrader/model';
import { parseRunConfig } from '@aitrader/runtime-configuration';
import type { LoggedMessage } from '@aitrader/runtime-bus';
import { InterleavedRun, speak } from '../test/interleaved-run.ts';
import { Verifier, type Difference } from './verification.ts';

const SHARDS = 2;
const LEAD = 3;
const MARKET = sampleMarket();
const CONFIG = parseRunConfig({ risk: { forecastMinutes: 30, edge: null } }, 'a spec');

describe('the forecasts of a recording', () => {
  let manifest: Manifest;
  let log: readonly LoggedMessage[];
  /** places of the forecasts in it */
  let told: readonly number[];
  beforeAll(async () => {
    const market = await speak(MARKET, CONFIG, SHARDS);
    manifest = {
      ...{ run: runId('backtest-forecasts'), kind: 'backtest', createdAt: epochMs(0), follows: null },
      ...{ codeVersion: '', codeHash: '', codeCommit: '', nodeVersion: '', configHash: '', sources: [] },
      ...{ shards: SHARDS, timeframe: '1m', universe: MARKET.symbols, config: CONFIG },
      ...{ from: item(market.intervals, 0).t, to: item(market.intervals, market.intervals.length - 1).t },
    };
    const run = new InterleavedRun(manifest, market);
    while (!run.isOver) {
      run.play(LEAD);
      for (const stage of ['execution', 'risk'] as const) run.pass(stage);
    }
    run.end();
    ({ log } = run);
    told = log.flatMap(({ subject }, at) => (addressOf(subject).fact === 'forecasts' ? [at] : []));
  });

  function differenceIn(messages: readonly LoggedMessage[]): Difference | undefined {
    const verifier = new Verifier(manifest);
    messages.forEach((message, at) => verifier.offer({ ...message, seq: at + 2 }));
    verifier.finish();
    return verifier.difference;
  }

  it('are recomputed, outcomes too', () => {
    expect(told.length).toBeGreaterThan(10);
    const said = told.map((at) => Buffer.from(item(log, at).data).toString());
    expect(said.some((text) => text.includes('"madeAt"'))).toBe(true);
    expect(differenceIn(log)).toBeUndefined();
  });

  it('are named where one was changed', () => {
    const at = item(told, 3);
    const text = Buffer.from(item(log, at).data).toString();
    const changed = Buffer.from(text.replace(/"equity":(\d)/, (_, digit: string) => `"equity":${(Number(digit) % 9) + 1}`));
    const { seq, problem } = differenceIn(log.with(at, { ...item(log, at), data: changed })) ?? {};
    expect([seq, problem]).toEqual([at + 2, expect.stringContaining('differs at byte')]);
  });

  it('are missed where one was left out, by the orders that stand without it', () => {
    const at = item(told, 2);
    const { seq, problem } = differenceIn(log.toSpliced(at, 1)) ?? {};
    expect([seq, problem]).toEqual([at + 2, 'comes without the forecasts that belong to it']);
  });

  it('are refused where the stages make none', () => {
    const at = item(told, 1);
    const before = log.findIndex(({ subject }, place) => place > at + 1 && addressOf(subject).fact === 'orders');
    const { seq, problem } = differenceIn(log.toSpliced(before, 0, item(log, at))) ?? {};
    expect([seq, problem]).toEqual([before + 2, 'holds forecasts where the stages say none']);
  });
});
