import { describe, expect, it } from '@jest/globals';
import { runInMemory } from '@aitrader/application-pipeline';
import { sampleMarket } from '@aitrader/core-market';
import { momentAt, newCalendarCursor } from '@aitrader/core-sessions';
import { item } from '@aitrader/model';
import { parseRunConfig } from '@aitrader/runtime-configuration';
import { runTradedAccount } from './traded-account.ts';

const HALF_HOUR_MS = 30 * 60_000;
/** Trades that cost little, so that many are made. */
const config = parseRunConfig(
  { risk: { edgeError: 0, edge: null, kellyFraction: 1 }, simulation: { halfSpreadBpRegular: 0.2, impactBp: 2 } },
  'a spec',
);

/** Points of the day before a close at which something is held, or may come to be, by what the run says of the account. */
async function heldPoints(): Promise<{ readonly points: number; readonly orders: number; readonly fills: number }> {
  const calendar = newCalendarCursor();
  let [points, reservedBefore] = [0, 0];
  const { counts } = await runInMemory({
    ...{ table: sampleMarket(), config, shards: 2 },
    watchers: [
      ({ t, decision: { account } }) => {
        const { phase, session } = momentAt(calendar, t);
        const left = phase === 'RTH' && session !== undefined ? session.close - t : NaN;
        const isPoint = left > 0 && left % HALF_HOUR_MS === 0 && left < 13 * HALF_HOUR_MS;
        if (isPoint && (account.gross > 0 || (account.reserved > 0 && reservedBefore > 0))) points++;
        reservedBefore = account.reserved;
      },
    ],
  });
  return { points, orders: counts.orders, fills: counts.fills };
}

describe('the account that a configuration trades', () => {
  it('is forecast at every point at which something is held, and scored at the close, by what the run itself decides', async () => {
    const traded = await runTradedAccount({ table: sampleMarket(), config });
    const { points, orders, fills } = await heldPoints();
    expect(points).toBeGreaterThan(5);
    expect(traded).toMatchObject({ orders, fills });
    const [close, next] = traded.horizons;
    expect(close).toMatchObject({ horizon: 'close', forecasts: points });
    // of the last session nothing has come true at the close after it
    expect(next?.forecasts).toBeLessThan(points);
    const { 50: half, 80: most, 95: nearlyAll } = item(traded.horizons, 0).coverage;
    expect(half).toBeLessThanOrEqual(most);
    expect(most).toBeLessThanOrEqual(nearlyAll);
    expect((half * points) / 100).toBeCloseTo(Math.round((half * points) / 100), 9);
  });

  it('that trades nothing has no forecasts', async () => {
    const none = parseRunConfig({ risk: { openOrdersMax: 0 } }, 'a spec');
    const { orders, horizons } = await runTradedAccount({ table: sampleMarket(), config: none });
    expect([orders, ...horizons.map(({ forecasts }) => forecasts)]).toEqual([0, 0, 0]);
  });
});
