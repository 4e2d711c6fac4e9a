import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { epochMs, ticker, type SimulationConfig } from '@aitrader/model';
import { phaseAt, sessionsBetween } from '@aitrader/core-sessions';
import { referencePath, withReference } from '../../../../tools/testing/reference-data.ts';
import { FREE, MINUTE } from '../test/given-broker.ts';
import { slicesOf } from '../test/given-session.ts';
import { learnSpreads, newSpreadBook, toldHalfSpread } from './index.ts';

const CONFIG: SimulationConfig = {
  ...FREE,
  halfSpreadBpRegular: 1,
  halfSpreadBpExtended: 15,
  spread: 'estimated',
  halfSpreadFloorBp: 0,
};

const BARS = referencePath('data/minute');

/** Half the spread in regular hours that the bars of a file tell in the session after them. */
function toldBy(name: string, symbol: string): ReturnType<typeof toldHalfSpread> {
  const plain = referencePath('data/minute', name);
  const text = existsSync(plain) ? readFileSync(plain, 'utf8') : gunzipSync(readFileSync(`${plain}.gz`)).toString('utf8');
  const book = newSpreadBook();
  let last = epochMs(0);
  for (const line of text.trim().split('\n').slice(1)) {
    const [begin, , open, high, low, close, volume] = line.split(',').map(Number);
    const t = epochMs((begin ?? NaN) + MINUTE);
    const figures = { open: open ?? NaN, high: high ?? NaN, low: low ?? NaN, close: close ?? NaN, volume: volume ?? NaN };
    learnSpreads(book, CONFIG, t, slicesOf(t, [{ symbol: ticker(symbol), ...figures, flags: 0 }]));
    if (phaseAt(t) === 'RTH') last = t;
  }
  const date = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  const next = sessionsBetween(date(last), date(last + 7 * 24 * 60 * MINUTE)).find(({ open }) => open > last);
  return toldHalfSpread(book, CONFIG, epochMs((next?.open ?? NaN) + MINUTE), ticker(symbol));
}

/** Medians of quoted spreads in regular hours, basis points, of quotes of the same minutes. (Of TWX the last bars are months after the rest.) */
const QUOTED = { SPY: 0.6, AAPL: 1.4, AIG: 2.0, IBM: 2.2, GOOG: 5.0, FOXA: 3.4, BAC: 7.2 };

describe('half the spread of real bars', () => {
  withReference(BARS, 'half the spread of real bars against quotes of the same minutes', () => {
    it.each(Object.entries(QUOTED))('of %s is half of the quoted %d bp, within a factor of two', (symbol, quoted) => {
      const { halfSpreadBp, from } = toldBy(`lean_${symbol}_1m.csv`, symbol);
      expect(from).toBe('bars');
      expect(halfSpreadBp / (quoted / 2)).toBeGreaterThan(0.5);
      expect(halfSpreadBp / (quoted / 2)).toBeLessThan(2);
    });

    it('of NVR is several times that of SPY, which had been taken for the same', () => {
      const { halfSpreadBp } = toldBy('blaizard_NVR_1m_2024.csv', 'NVR');
      expect(halfSpreadBp).toBeGreaterThan(3);
      expect(halfSpreadBp).toBeLessThan(12);
    });
  });
});
