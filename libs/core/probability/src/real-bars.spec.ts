import { describe, expect, it } from '@jest/globals';
import { CALIBRATED_PROBABILITY as CONFIG, AT, item, read, STATE_FLAG } from '@aitrader/model';
import { withReference } from '../../../../tools/testing/reference-data.ts';
import { DATA, readSeries } from '../test/real-series.ts';
import { runStage } from '../test/run-stage.ts';
import { momentsOf } from './law.ts';

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
    const offBySds =
      Math.abs(read(row, AT.level) - Math.log(item(series.closes, i)) * 1e8) / Math.sqrt(momentsOf(row, AT.q005).variance);
    shown.push({ date, offBySds, flags: read(row, AT.flags), z: read(row, AT.z) / 1000 });
  });
  return shown;
}

withReference(DATA, 'takes the great moves of real stocks in', () => {
  describe('the great moves of real stocks', () => {
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
});
