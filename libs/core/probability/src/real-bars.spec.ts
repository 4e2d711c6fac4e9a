import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { AT, item, read, STATE_FLAG } from '@aitrader/model';
import { CONFIG } from '../test/config.ts';
import { DATA, readSeries, seriesFiles } from '../test/real-series.ts';
import { runStage } from '../test/run-stage.ts';
import { SLOT } from './slot.ts';

interface Outcome {
  readonly bars: number;
  readonly notFinite: number;
  readonly notDefinite: number;
  readonly suspect: number;
}

/** Runs the stage over a file and counts what must never be. */
function outcomeOf(file: string): Outcome {
  const seen = { bars: 0, notFinite: 0, notDefinite: 0, suspect: 0 };
  runStage(readSeries(file), CONFIG, (row, _, { slots }) => {
    const [p11, p22] = [read(slots, SLOT.levelVariance), read(slots, SLOT.velocityVariance)];
    seen.bars++;
    if (!row.every((value) => Number.isSafeInteger(value))) seen.notFinite++;
    if (!(p11 > 0 && p11 * p22 > read(slots, SLOT.covariance) ** 2)) seen.notDefinite++;
    if ((read(row, AT.flags) & STATE_FLAG.SUSPECT) !== 0) seen.suspect++;
  });
  return seen;
}

interface Shown {
  readonly date: string;
  /** distance of the level from the close, in sd of the forecast made there */
  readonly offBySds: number;
  readonly flags: number;
  readonly z: number;
}

function around(file: string, first: string, last: string): Shown[] {
  const series = readSeries(file);
  const shown: Shown[] = [];
  runStage(series, CONFIG, (row, i) => {
    const date = item(series.dates, i);
    if (date < first || date > last) return;
    const offBySds = Math.abs(read(row, AT.level) - Math.log(item(series.closes, i)) * 1e8) / read(row, AT.predictiveSd);
    shown.push({ date, offBySds, flags: read(row, AT.flags), z: read(row, AT.z) / 1000 });
  });
  return shown;
}

if (!existsSync(DATA)) {
  it('stays sound over real bars (left out: they are not on this machine)', () => {
    console.warn(`left out, for want of ${DATA}`);
    expect(process.env['CI']).not.toBe('true');
  });
} else {
  describe('over real bars, anomalies included', () => {
    it.each(seriesFiles())('%s: integers only, covariance positive definite, few bars suspect', (file) => {
      const seen = outcomeOf(file);
      expect(seen.bars).toBeGreaterThan(0);
      expect(seen).toMatchObject({ notFinite: 0, notDefinite: 0 });
      expect(seen.suspect).toBeLessThanOrEqual(1 + 0.01 * seen.bars);
    });

    it('takes the −52 % day of AAPL in: the next day the level is there', () => {
      const days = around('daily/lean_AAPL_1d.csv.gz', '2000-09-28', '2000-10-04');
      expect(days.map(({ date }) => date)).toEqual(['2000-09-28', '2000-09-29', '2000-10-02', '2000-10-03', '2000-10-04']);
      expect(days.map(({ flags }) => flags)).toEqual([0, STATE_FLAG.SUSPECT, 0, 0, 0]);
      for (const { offBySds } of days.slice(2)) expect(offBySds).toBeLessThan(1);
    });

    it('takes the print of AAPL after its split of seven to one in', () => {
      const days = around('daily/lean_AAPL_1d.csv.gz', '2014-06-06', '2014-06-11');
      expect(days.map(({ flags }) => flags)).toEqual([0, STATE_FLAG.SUSPECT, 0, 0]);
      expect(days[1]?.z).toBeLessThan(-100);
      for (const { offBySds } of days.slice(2)) expect(offBySds).toBeLessThan(1);
    });
  });
}
