import { describe, expect, it } from '@jest/globals';
import { cash, epochMs, runId, type Control, type Manifest } from '@aitrader/model';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { newInterval } from '@aitrader/runtime-engine';
import { newRunView, watchInterval, type RunView } from './run-view.ts';

const FIRST = Date.UTC(2024, 6, 2, 14, 30);
const MINUTE_MS = 60_000;
const LIMIT_PPM = Math.round(SIMULATED_DEFAULTS.risk.drawdownFractionHalt * 1e6);

const MANIFEST: Manifest = {
  run: runId('paper-test'),
  kind: 'paper',
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

const command = (kind: Control['kind']): Control => ({
  kind,
  t: epochMs(FIRST),
  actor: 'ada',
  reason: 'news',
  parameters: [],
  actions: [],
  data: [],
});

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
    expect(view.halt).toEqual({ by: 'operator', actor: 'ada', reason: 'news', since: FIRST + MINUTE_MS });
  });

  it('is the drawdown where the limit was reached', () => {
    const view = viewAfter({ drawdownPpm: LIMIT_PPM, halted: true }, { drawdownPpm: LIMIT_PPM - 1, halted: true });
    expect(view.halt).toEqual({ by: 'drawdown', limit: SIMULATED_DEFAULTS.risk.drawdownFractionHalt, since: FIRST });
  });

  it('becomes the drawdown when that reaches its limit during an operator’s halt', () => {
    const view = viewAfter({ heard: [command('halt')], halted: true }, { drawdownPpm: LIMIT_PPM, halted: true });
    expect(view.halt).toMatchObject({ by: 'drawdown', since: FIRST + MINUTE_MS });
  });

  it('ends with a resume, and begins anew with the next halt', () => {
    expect(viewAfter({ heard: [command('halt')], halted: true }, { heard: [command('resume')], halted: false }).halt).toBe(
      undefined,
    );
    const again = [command('resume'), { ...command('halt'), actor: 'bob' }];
    const view = viewAfter({ heard: [command('halt')], halted: true }, { heard: again, halted: true });
    expect(view.halt).toMatchObject({ by: 'operator', actor: 'bob', since: FIRST + MINUTE_MS });
  });
});
