import { describe, expect, it } from '@jest/globals';
import { ALPACA_PAPER, PAPER_EXCHANGE, SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { assertTradable } from './index.ts';

const at = (broker: typeof PAPER_EXCHANGE | null, timeframe: '1d' | '1m') => (): void =>
  assertTradable({ ...SIMULATED_DEFAULTS, broker }, timeframe);
const byVendor = { ...PAPER_EXCHANGE, entries: 'marketable-limit' } as const;

describe('a market that a run is to trade', () => {
  it('is refused where nothing could ever fill: daily bars by a vendor’s rules', () => {
    expect(at(byVendor, '1d')).toThrow('nothing would ever fill; a paper exchange takes them by --exchange-rules simulation');
  });

  it('is taken otherwise', () => {
    for (const run of [at(byVendor, '1m'), at(PAPER_EXCHANGE, '1d'), at(null, '1d'), at(ALPACA_PAPER, '1m')])
      expect(run).not.toThrow();
  });
});
