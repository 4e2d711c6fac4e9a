import { describe, expect, it } from '@jest/globals';
import { ALPACA_PAPER, PAPER_EXCHANGE, playedConfig, SIMULATED_DEFAULTS, type IngestSpec } from '@aitrader/runtime-configuration';
import { refusePlayedInMarket } from './going-on.ts';

describe('bars that are played', () => {
  const source: IngestSpec['source'] = { kind: 'recording', run: 'paper-1' };
  const atAlpaca = { ...SIMULATED_DEFAULTS, broker: ALPACA_PAPER };

  it('never come to a broker with a market of its own', () => {
    expect(() => refusePlayedInMarket({ config: atAlpaca, source })).toThrow("alpaca trades in today's market");
    refusePlayedInMarket({ config: SIMULATED_DEFAULTS, source });
    refusePlayedInMarket({ config: { ...SIMULATED_DEFAULTS, broker: PAPER_EXCHANGE }, source });
  });

  it('come to a paper exchange in its place, which works orders as it does', () => {
    const config = playedConfig(atAlpaca);
    refusePlayedInMarket({ config, source });
    expect(config.broker).toEqual({ ...ALPACA_PAPER, name: 'exchange', followsBars: true });
    expect(playedConfig({ ...atAlpaca, broker: PAPER_EXCHANGE }).broker).toEqual(PAPER_EXCHANGE);
    expect(playedConfig(SIMULATED_DEFAULTS)).toEqual(SIMULATED_DEFAULTS);
  });
});
