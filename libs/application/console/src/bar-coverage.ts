import { FACT_WIRING, decodeBars, subjectOf } from '@aitrader/contracts';
import { tradeDateAt } from '@aitrader/core-sessions';
import { newBarSlice, type Manifest, type RunId } from '@aitrader/model';
import { asToday, readLogTo, recordingInfo, type Bus } from '@aitrader/runtime-bus';

/** Where the bars of a trade date have gaps: of each symbol and stretch of time, how many intervals had a bar. */
export interface BarCoverage {
  readonly date: string;
  readonly stretchMinutes: number;
  /** when each stretch begins */
  readonly stretches: readonly number[];
  /** how many intervals were recorded of each stretch */
  readonly intervals: readonly number[];
  /** the symbols with the most gaps, those first; at the most {@link COVERAGE_SYMBOLS_MAX} */
  readonly rows: readonly { readonly symbol: string; readonly bars: readonly number[]; readonly missing: number }[];
  /** how many symbols there are */
  readonly symbols: number;
}

const STRETCH_MINUTES = 15;
const STRETCH_MS = STRETCH_MINUTES * 60_000;
/** More do not fit on a screen, and the worst are looked for. */
export const COVERAGE_SYMBOLS_MAX = 60;

type Counts = Map<number, number>;

/** Counts the bars of the last trade date of a recording as it stands now, or of `date`. @throws BrokenRecordingError */
export async function barCoverage(
  bus: Bus,
  { run, shards, timeframe, universe }: Pick<Manifest, 'run' | 'shards' | 'timeframe' | 'universe'>,
  date?: string,
): Promise<BarCoverage> {
  const { state } = await recordingInfo(bus, run);
  const slice = newBarSlice(0, timeframe, 1);
  let at = '';
  let intervals = new Map<number, Set<number>>();
  let bars = new Map<string, Counts>();
  await readLogTo(bus, state.last_seq, {
    run,
    subjects: Array.from({ length: shards }, (_, shard) => subjectsOf(run, shard)).flat(),
    from: state.first_seq,
    onMessage: ({ seq, subject, data }) => {
      decodeBars(asToday({ seq, subject, data }).data, slice);
      // a bar closes at the end of its interval: that of 10:00 belongs to the stretch before
      const [of, stretch] = [tradeDateAt(slice.t), Math.floor((slice.t - 1) / STRETCH_MS) * STRETCH_MS];
      if (date !== undefined && of !== date) return;
      if (of !== at) {
        at = of;
        intervals = new Map<number, Set<number>>();
        bars = new Map<string, Counts>();
      }
      intervals.set(stretch, (intervals.get(stretch) ?? new Set()).add(slice.t));
      for (const symbol of slice.symbols.slice(0, slice.count)) {
        const counts = bars.get(symbol) ?? new Map<number, number>();
        bars.set(symbol, counts);
        counts.set(stretch, (counts.get(stretch) ?? 0) + 1);
      }
    },
  });
  const stretches = [...intervals.keys()].sort((a, b) => a - b);
  const wanted = stretches.map((stretch) => intervals.get(stretch)?.size ?? 0);
  const rows = universe.map((symbol) => {
    const had = stretches.map((stretch) => bars.get(symbol)?.get(stretch) ?? 0);
    return { symbol, bars: had, missing: had.reduce((sum, count, i) => sum + (wanted[i] ?? 0) - count, 0) };
  });
  rows.sort((a, b) => b.missing - a.missing);
  return {
    ...{ date: at, stretchMinutes: STRETCH_MINUTES, stretches, intervals: wanted },
    ...{ rows: rows.slice(0, COVERAGE_SYMBOLS_MAX), symbols: universe.length },
  };
}

/** Of every version, since a recording may be of an earlier one. */
const subjectsOf = (run: RunId, shard: number): readonly string[] =>
  Array.from({ length: FACT_WIRING.bars.version }, (_, i) => subjectOf(run, 'bars', shard, i + 1));
