import { describe, expect, it } from '@jest/globals';
import { newSliceFeed, newSlices, nextInterval, syntheticMarket, tradeDateStart } from '@aitrader/core-market';
import { probabilityStage, returnE8, scoreFigures, scoreUnderState } from '@aitrader/core-probability';
import { AT, cash, item, newStateSlice, PPM, read, STATE_FLAG, STATE_WIDTH, ticker, type CorporateAction } from '@aitrader/model';
import { loadRunConfig } from '@aitrader/runtime-configuration';
import { bindStage } from '@aitrader/runtime-engine';
import { runCalibration } from './calibration-run.ts';
import { emittedCdf } from './emitted-law.ts';
import { seriesReportOf } from './series-report.ts';

const table = syntheticMarket({ seed: 20_240_702, sessions: ['2024-07-02', '2024-07-03', '2024-07-05'] });
const { probability } = await loadRunConfig(undefined);
const E8_PER_PERCENT = 1e6;

/** A bar's return with the state emitted before it, how it fared under that, and the flags of the one emitted with it. */
interface Judged {
  readonly y: number;
  readonly forecast: Float64Array;
  readonly scores: ReturnType<typeof scoreFigures>;
  readonly flags: number;
}

/** Every bar of one symbol that has a forecast. */
function judgedBars(symbol: string): Judged[] {
  const feed = newSliceFeed(table, { shards: 1 });
  const slices = newSlices(feed);
  const bars = item(slices, 0);
  const states = newStateSlice(0, table.symbols.length);
  const stage = bindStage(probabilityStage, probability);
  const seen: { close: number; row: Float64Array }[] = [];
  while (nextInterval(feed, slices)) {
    stage.apply({ bars, control: [] }, states);
    const i = bars.symbols.slice(0, bars.count).findIndex((each) => each === symbol);
    if (i < 0) continue;
    seen.push({ close: read(bars.close, i), row: states.rows.slice(i * STATE_WIDTH, (i + 1) * STATE_WIDTH) });
  }
  return seen.slice(1).map(({ close, row }, i) => {
    const before = item(seen, i);
    const y = returnE8(before.close, close);
    const scores = scoreFigures(scoreUnderState(before.row, 0, y));
    return { y, forecast: before.row, scores, flags: read(row, AT.flags) };
  });
}

/** ∫ (F(x) − 1{x ≥ y})² dx, by Simpson's rule on both sides of y, tails by a change of variable. */
function crpsByIntegration(forecast: Float64Array, y: number): number {
  const scale = read(forecast, AT.q975) - read(forecast, AT.q025) + 1;
  const side = (sign: number, square: (F: number) => number): number => {
    const steps = 4000;
    let sum = 0;
    for (let k = 0; k < steps; k++) {
      // x − y = scale · u / (1 − u), u in 0 … 1
      const at = (u: number): number =>
        (square(emittedCdf(forecast, y + (sign * scale * u) / (1 - u))) * scale) / ((1 - u) * (1 - u));
      const [low, high] = [k / steps, (k + 1) / steps];
      sum += (at(low) + 4 * at((low + high) / 2) + (k + 1 === steps ? 0 : at(high))) / (6 * steps);
    }
    return sum;
  };
  return side(-1, (F) => F * F) + side(1, (F) => (1 - F) * (1 - F));
}

describe('the forecasts that the stage emits', () => {
  const judged = judgedBars('SYN01');

  it('give each bar the PIT that the emitted quantiles give it', () => {
    expect(judged.length).toBeGreaterThan(900);
    for (const { y, forecast, scores, flags } of judged) {
      expect(flags & STATE_FLAG.UNSCORED).toBe(0);
      expect(Math.abs(emittedCdf(forecast, y) - scores.pit / PPM)).toBeLessThan(1e-6);
    }
  });

  it('are scored by CRPS and log density as integration and differences of their law have it', () => {
    for (const { y, forecast, scores } of judged.filter((_, i) => i % 97 === 5)) {
      const { crps, logScore } = scores;
      expect(Math.abs(crpsByIntegration(forecast, y) - crps)).toBeLessThan(0.002 * crps + 2);
      const [below, above] = [emittedCdf(forecast, y - 40), emittedCdf(forecast, y + 40)];
      const nats = -Math.log((above - below) / (80 / E8_PER_PERCENT));
      expect(Math.abs(nats - logScore / 1e6)).toBeLessThan(0.02);
    }
  });
});

describe('a calibration run', () => {
  it('scores every symbol from its burn-in on, and the same with others beside it or alone', async () => {
    const { tracks, skipped, model } = await runCalibration({ table, config: probability, burnIn: 300 });
    expect(tracks.map(({ symbol }) => symbol)).toEqual(table.symbols);
    expect([skipped, model.length > 0]).toEqual([[], true]);
    const judged = judgedBars('SYN02');
    const track = tracks.find(({ symbol }) => symbol === 'SYN02');
    if (track === undefined) throw new Error('no SYN02');
    expect(track.scored).toBe(judged.length + 1 - 300);
    const scored = judged.slice(299);
    const report = seriesReportOf(track, '1m');
    const held = scored.filter(({ y, forecast }) => y >= read(forecast, AT.a025) && y <= read(forecast, AT.a975)).length;
    expect(report.coverage.adapted[95]).toBeCloseTo((100 * held) / scored.length, 5);
    const crps = scored.reduce((sum, { scores }) => sum + scores.crps, 0);
    expect(report.crps.model).toBeCloseTo(crps / scored.length / E8_PER_PERCENT, 5);
  });

  it('leaves out what is too short, and runs nothing when that is all', async () => {
    const { tracks, skipped } = await runCalibration({ table, config: probability, burnIn: 100_000 });
    expect(tracks).toEqual([]);
    expect(skipped[0]?.reason).toMatch(/bars, but 100100 are needed/);
  });

  describe('over corporate actions', () => {
    const SYMBOL = ticker('SYN01');
    const EX = tradeDateStart('2024-07-05');
    const split: CorporateAction = {
      ...{
        id: 's',
        kind: 'split',
        symbol: SYMBOL,
        exAt: EX,
        payAt: EX,
        newShares: 10,
        oldShares: 1,
        cash: cash(0),
        other: SYMBOL,
      },
    };
    const index = table.symbols.indexOf(SYMBOL);
    const dearer = (prices: Float64Array): Float64Array =>
      prices.map((price, row) => (table.symbol[row] === index && read(table.t, row) < EX ? price * 10 : price));
    const printed = {
      ...table,
      open: dearer(table.open),
      high: dearer(table.high),
      low: dearer(table.low),
      close: dearer(table.close),
    };
    const trackOf = async (bars: typeof table, ...actions: readonly CorporateAction[]) => {
      const { tracks } = await runCalibration({ table: bars, config: probability, burnIn: 300, actions });
      const track = tracks.find(({ symbol }) => symbol === SYMBOL);
      if (track === undefined) throw new Error(`no ${SYMBOL}`);
      return track;
    };

    it('scores a raw series with its split as the adjusted one, and without it otherwise', async () => {
      const [raw, adjusted, untold] = [await trackOf(printed, split), await trackOf(table), await trackOf(printed)];
      expect([raw.scored, raw.unscored]).toEqual([adjusted.scored, adjusted.unscored]);
      // a tick is a tenth as much of the price before the split, and explains fewer of the closes that stand still outside of regular hours
      const other = Array.from(raw.hits).filter((hits, bar) => hits !== adjusted.hits[bar]).length;
      expect(other).toBeLessThan(0.02 * raw.scored);
      for (const forecaster of ['model', 'expanding', 'ewma'] as const) {
        expect(Math.abs(raw[forecaster].crps / adjusted[forecaster].crps - 1)).toBeLessThan(1e-3);
        expect(Math.abs(raw[forecaster].logScore / adjusted[forecaster].logScore - 1)).toBeLessThan(1e-3);
      }
      expect(untold.expanding.crps).toBeGreaterThan(2 * adjusted.expanding.crps);
    });

    it('has no forecast for the first bar of another company under the symbol', async () => {
      const [one, two] = [await trackOf(table), await trackOf(printed, { ...split, kind: 'new-listing' })];
      expect(two.unscored).toBeGreaterThan(one.unscored);
      expect(two.scored + two.unscored).toBe(one.scored + one.unscored);
      expect(two.expanding.crps / two.scored).toBeLessThan((2 * one.expanding.crps) / one.scored);
    });
  });
});
