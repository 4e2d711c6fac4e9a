import { describe, expect, it } from '@jest/globals';
import { newYorkInstant } from '@aitrader/core-sessions';
import { ALPACA_PAPER, SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { Arming } from './arming.ts';

const TODAY = '2026-01-05';
const now = newYorkInstant(TODAY, 10 * 60);
const at = (account: 'paper' | 'live'): Arming =>
  new Arming({ config: { ...SIMULATED_DEFAULTS, broker: { ...ALPACA_PAPER, account } } });

describe('what a recording says of arming', () => {
  it('is of no account but one with real money', () => {
    expect(at('paper').isArmedAt(now)).toBe(true);
    expect(at('live').isArmedAt(now)).toBe(false);
  });

  it('is in force on its date alone, until it is taken back', () => {
    const arming = at('live');
    arming.hear(7, { kind: 'arm', about: TODAY });
    expect(arming.isArmedAt(now)).toBe(true);
    expect(arming.isArmedAt(newYorkInstant('2026-01-06', 10 * 60))).toBe(false);
    arming.hear(8, { kind: 'halt', about: '' });
    expect(arming.isArmedAt(now)).toBe(true);
    arming.hear(9, { kind: 'disarm', about: '' });
    expect(arming.isArmedAt(now)).toBe(false);
  });

  it('is not in force again when a restart hears it once more', () => {
    const arming = at('live');
    arming.hear(7, { kind: 'arm', about: TODAY });
    arming.hear(9, { kind: 'disarm', about: '' });
    arming.hear(7, { kind: 'arm', about: TODAY });
    expect(arming.isArmedAt(now)).toBe(false);
  });
});
