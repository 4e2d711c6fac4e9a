import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type EpochMs, epochMs, item, type Timeframe } from '@aitrader/model';
import { sessionOn } from '@aitrader/core-sessions';

/** Real bars beside the repository: daily and one-minute ones, anomalies included. */
export const DATA = path.resolve(import.meta.dirname, '../../../../../shared/data');

export interface Series {
  readonly name: string;
  readonly timeframe: Timeframe;
  readonly times: readonly EpochMs[];
  readonly dates: readonly string[];
  readonly closes: readonly number[];
}

/** Every file of daily and of minute bars. */
export const seriesFiles = (): string[] =>
  ['minute', 'daily'].flatMap((folder) => readdirSync(path.join(DATA, folder)).map((name) => `${folder}/${name}`));

function linesOf(file: string): string[] {
  const bytes = readFileSync(path.join(DATA, file));
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trim().split('\n');
}

/** Bars at their close: minute bars are stamped at their start, daily ones close with their session. The calendar begins in 1998. */
export function readSeries(file: string): Series {
  const [header = '', ...lines] = linesOf(file);
  const names = header.split(',');
  const [closeAt, dateAt] = [names.indexOf('close'), names.indexOf('ny_date')];
  const times: EpochMs[] = [];
  const dates: string[] = [];
  const closes: number[] = [];
  for (const line of lines) {
    const cells = line.split(',');
    const day = dateAt < 0 ? '' : item(cells, dateAt);
    const date = dateAt < 0 ? '' : `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
    const session = dateAt < 0 || date < '1998' ? undefined : sessionOn(date);
    if (dateAt >= 0 && session === undefined) continue;
    times.push(session?.close ?? epochMs(Number(item(cells, 0)) + 60_000));
    dates.push(date);
    closes.push(Number(item(cells, closeAt)));
  }
  return { name: file, timeframe: file.startsWith('daily') ? '1d' : '1m', times, dates, closes };
}
