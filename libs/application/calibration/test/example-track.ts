import { AT, QUANTILE_LEVELS, STATE_FLAG, STATE_WIDTH, ticker } from '@aitrader/model';
import { DAYPART_NAMES } from '@aitrader/core-probability';
import { newRandomStream, nextUniform } from '@aitrader/core-numeric';
import { studentTQuantile } from '@aitrader/core-numeric';
import { newSeriesTrack, trackBar, type SeriesTrack } from '../src/series-track.ts';

/** A bar of a made-up series: its close, and the state emitted with it. */
export interface ExampleBar {
  readonly t: number;
  readonly close: number;
  readonly row: Float64Array;
}

const FIRST_CLOSE_MS = Date.UTC(2024, 0, 2, 14, 31);
const MINUTE_MS = 60_000;
const BARS_PER_DAY = 960;
const SCALE_E8 = 200_000;
const PENNIES = 100;
const REGULAR = DAYPART_NAMES.indexOf('RTH');
const CLOSE = DAYPART_NAMES.indexOf('CLOSE');

/** Minutes of a walk whose returns are Student t with four degrees of freedom, forecast with the truth. For specs. */
export function exampleBars(count: number, seed = 1): ExampleBar[] {
  const luck = newRandomStream(seed);
  const price = { close: 100 };
  return Array.from({ length: count }, (_, i) => {
    const t = studentTQuantile(0.0005 + 0.999 * nextUniform(luck), 4);
    if (i > 0) price.close = Math.round(price.close * Math.exp((t * SCALE_E8) / 1e8) * PENNIES) / PENNIES;
    return {
      t: FIRST_CLOSE_MS + Math.floor(i / 330) * BARS_PER_DAY * 1.5 * MINUTE_MS + (i % 330) * MINUTE_MS,
      close: price.close,
      row: rowOf(i),
    };
  });
}

/** The forecast of every bar: the law that returns are drawn from, and adapted intervals that are a tenth too wide. */
const FORECAST = forecastRow();

function forecastRow(): Float64Array {
  const row = new Float64Array(STATE_WIDTH);
  const quantile = (level: number): number => Math.round(SCALE_E8 * studentTQuantile(level, 4));
  QUANTILE_LEVELS.forEach((level, k) => (row[AT.q005 + k] = quantile(level)));
  const adapted = QUANTILE_LEVELS.filter((level) => ![0.01, 0.5, 0.99].includes(level));
  adapted.forEach((level, k) => (row[AT.a005 + k] = Math.round(1.1 * quantile(level))));
  row[AT.calm] = 700_000;
  row[AT.turbulent] = 100_000;
  return row;
}

/** The regime's label changes every forty bars. */
function rowOf(i: number): Float64Array {
  const row = FORECAST.slice();
  row[AT.regime] = Math.floor(i / 40) % 3;
  row[AT.flags] = i === 0 ? STATE_FLAG.UNSCORED : 0;
  return row;
}

/** The track of a made-up series. For specs. */
export function exampleTrack(bars: readonly ExampleBar[], burnIn: number, symbol = 'AAA'): SeriesTrack {
  const track = newSeriesTrack(ticker(symbol), bars.length, burnIn);
  bars.forEach(({ t, close, row }, i) =>
    trackBar(track, { t, close, phase: 'RTH', daypart: i % 10 === 0 ? CLOSE : REGULAR }, row),
  );
  return track;
}
