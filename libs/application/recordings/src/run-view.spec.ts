import { describe, expect, it } from '@jest/globals';
import { equityOf } from '@aitrader/core-portfolio';
import {
  cash,
  cashFromDollars,
  epochMs,
  fillId,
  orderId,
  priceFromDollars,
  quantityFromShares,
  runId,
  signalId,
  ticker,
  type Control,
  type CorporateAction,
  type Fill,
  type Manifest,
  newControl,
} from '@aitrader/model';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { newInterval } from '@aitrader/runtime-engine';
import { appliedActions, newRunView, watchInterval, type RunView } from './run-view.ts';

const FIRST = Date.UTC(2024, 6, 2, 14, 30);
const MINUTE_MS = 60_000;
const LIMIT_PPM = Math.round(SIMULATED_DEFAULTS.risk.drawdownFractionHalt * 1e6);

const MANIFEST: Manifest = {
  run: runId('paper-test'),
  kind: 'paper',
  follows: null,
  createdAt: epochMs(FIRST),
  codeVersion: '0',
  codeHash: '',
  codeCommit: '',
  nodeVersion: 'v0',
  shards: 1,
  timeframe: '1m',
  universe: [],
  config: SIMULATED_DEFAULTS,
  configHash: '',
  sources: [],
  from: epochMs(FIRST),
  to: epochMs(FIRST),
};

const command = (kind: Control['kind']): Control => newControl(kind, epochMs(FIRST), 'ada', 'news');

/** A view after minutes of which each says what risk heard, what the drawdown is, and whether trading is halted. */
function viewAfter(...minutes: readonly { heard?: Control[]; drawdownPpm?: number; halted: boolean }[]): RunView {
  const view = newRunView(MANIFEST);
  minutes.forEach(({ heard = [], drawdownPpm = 0, halted }, i) => {
    const interval = newInterval(1, '1m');
    interval.t = epochMs(FIRST + i * MINUTE_MS);
    interval.control = heard;
    const account = { ...interval.decision.account, equityPeak: cash(1), drawdownPpm };
    interval.decision = { ...interval.decision, account: { ...account, tradingState: halted ? 'halted' : 'active' } };
    watchInterval(view, interval);
  });
  return view;
}

describe('why trading is halted', () => {
  it('is the operator who commanded it, with the reason and since when', () => {
    const view = viewAfter({ halted: false }, { heard: [command('halt')], halted: true }, { halted: true });
    expect(view.halts).toMatchObject([{ kind: 'halt', by: 'ada', reason: 'news', t: FIRST + MINUTE_MS }]);
  });

  it('is the drawdown where the limit was reached', () => {
    const view = viewAfter({ drawdownPpm: LIMIT_PPM, halted: true }, { drawdownPpm: LIMIT_PPM - 1, halted: true });
    expect(view.halts).toMatchObject([{ kind: 'drawdown', value: LIMIT_PPM, limit: LIMIT_PPM, t: FIRST }]);
  });

  it('becomes the drawdown when that reaches its limit during an operator’s halt', () => {
    const view = viewAfter({ heard: [command('halt')], halted: true }, { drawdownPpm: LIMIT_PPM, halted: true });
    expect(view.halts).toMatchObject([{ kind: 'drawdown', t: FIRST + MINUTE_MS }]);
  });

  it('is what risk tells of it, where it does', () => {
    const trips = [
      { id: 'daily-loss.1.2', kind: 'daily-loss', t: epochMs(1), by: 'risk', reason: '', value: 2, limit: 1 },
    ] as const;
    const view = newRunView(MANIFEST);
    const interval = newInterval(1, '1m');
    interval.decision = { ...interval.decision, trips };
    interval.control = [command('halt')];
    watchInterval(view, interval);
    expect(view.halts).toEqual(trips);
  });

  it('ends with a resume, and begins anew with the next halt', () => {
    expect(viewAfter({ heard: [command('halt')], halted: true }, { heard: [command('resume')], halted: false }).halts).toEqual(
      [],
    );
    const again = [command('resume'), { ...command('halt'), actor: 'bob' }];
    const view = viewAfter({ heard: [command('halt')], halted: true }, { heard: again, halted: true });
    expect(view.halts).toMatchObject([{ kind: 'halt', by: 'bob', t: FIRST + MINUTE_MS }]);
  });
});

describe('a view over corporate actions', () => {
  const A = ticker('AAA');
  const EX = epochMs(FIRST + MINUTE_MS);
  const split: CorporateAction = {
    ...{ id: 's', kind: 'split', symbol: A, exAt: EX, payAt: EX, newShares: 10, oldShares: 1, cash: cash(0), other: A },
  };
  const dividend: CorporateAction = { ...split, id: 'd', kind: 'cash-dividend', newShares: 1, cash: cashFromDollars(2) };
  const ORDER = orderId(signalId(epochMs(FIRST), A, 'test'));
  const bought: Fill = {
    ...{ id: fillId(ORDER, 'entry', 1), orderId: ORDER, leg: 'entry', symbol: A, side: 'buy', kind: 'execution', amends: null },
    ...{ t: epochMs(FIRST), quantity: quantityFromShares(10), price: priceFromDollars(100), fee: cash(0), pessimistic: false },
  };

  it('has the account as it is after them, and says what was applied', () => {
    const view = newRunView(MANIFEST);
    [[], [], [{ ...command('corporate-actions'), actions: [split, dividend] }]].forEach((heard, i) => {
      const interval = newInterval(1, '1m');
      interval.t = epochMs(FIRST + i * MINUTE_MS);
      interval.control = heard;
      if (i === 0) interval.report = { ...interval.report, fills: [bought] };
      watchInterval(view, interval);
    });
    expect(view.ledger.positions.get(A)).toMatchObject({ quantity: quantityFromShares(100), mark: priceFromDollars(9.8) });
    expect(equityOf(view.ledger)).toBe(MANIFEST.config.risk.startingCash);
    expect(appliedActions(view)).toEqual([
      { kind: 'cash-dividend', count: 1, symbols: [A] },
      { kind: 'split', count: 1, symbols: [A] },
    ]);
  });
});
