import { FACT_WIRING, addressOf, decodeBars, decodeStates, subjectOf } from '@aitrader/contracts';
import {
  indexOfSymbol,
  isQuarantined,
  newBarSlice,
  newStateSlice,
  read,
  readUint32,
  shardOf,
  type BarSlice,
  type Manifest,
  type RunId,
  type Ticker,
} from '@aitrader/model';
import { asToday, readLogTo, recordingInfo, type Bus } from '@aitrader/runtime-bus';
import { forecastsOf } from './market-rows.ts';
import type { SymbolForecast } from './wire.ts';

/** A bar of a symbol, and what was believed after it of the next close. */
export interface BarRow {
  /** its close */
  readonly t: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly quarantined: boolean;
  readonly forecast: SymbolForecast | null;
}

/** The bars of a symbol in a span, at the most {@link BARS_MAX}: the latest of it. */
export interface SymbolHistory {
  readonly symbol: string;
  readonly bars: readonly BarRow[];
  /** whether there are earlier bars in the span */
  readonly isCut: boolean;
}

/** A chart has no room for more: two regular sessions of minutes. */
export const BARS_MAX = 800;

/** Reads the bars of a symbol that close in `from` … `to`, both included, out of a recording as it stands now. @throws BrokenRecordingError */
export async function symbolHistory(
  bus: Bus,
  { run, shards, timeframe }: Pick<Manifest, 'run' | 'shards' | 'timeframe'>,
  symbol: Ticker,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<SymbolHistory> {
  const shard = shardOf(symbol, shards);
  const { state } = await recordingInfo(bus, run);
  const bars = newBarSlice(shard, timeframe, 1);
  const states = newStateSlice(shard, 1);
  const found = new Map<number, BarRow>();
  let isCut = false;
  await readLogTo(bus, state.last_seq, {
    run,
    subjects: subjectsOf(run, shard),
    from: state.first_seq,
    onMessage: ({ seq, subject, data }) => {
      const message = asToday({ seq, subject, data });
      if (addressOf(subject).fact === 'bars') {
        decodeBars(message.data, bars);
        if (bars.t < from || bars.t > to) return;
        const row = barRow(bars, symbol);
        if (row !== undefined) found.set(row.t, row);
        isCut ||= found.size > BARS_MAX;
        for (const t of found.keys()) if (found.size > BARS_MAX) found.delete(t);
      } else {
        decodeStates(message.data, states);
        const row = found.get(states.t);
        if (row === undefined) return;
        const own = { ...bars, t: states.t, count: 1, symbols: [symbol], close: Float64Array.of(row.close) };
        found.set(row.t, { ...row, forecast: forecastsOf(states, own).get(symbol) ?? null });
      }
    },
  });
  return { symbol, bars: [...found.values()], isCut };
}

/** Of every version, since a recording may be of an earlier one. */
const subjectsOf = (run: RunId, shard: number): readonly string[] =>
  (['bars', 'states'] as const).flatMap((fact) =>
    Array.from({ length: FACT_WIRING[fact].version }, (_, i) => subjectOf(run, fact, shard, i + 1)),
  );

function barRow(slice: BarSlice, symbol: Ticker): BarRow | undefined {
  if (!slice.symbols.slice(0, slice.count).includes(symbol)) return undefined;
  const i = indexOfSymbol(slice, symbol);
  const [open, high, low, close] = [read(slice.open, i), read(slice.high, i), read(slice.low, i), read(slice.close, i)];
  const quarantined = isQuarantined(readUint32(slice.flags, i));
  return { t: slice.t, open, high, low, close, volume: read(slice.volume, i), quarantined, forecast: null };
}
