import { decodeBars, decodeControl } from '@aitrader/contracts';
import type { BarColumns } from '@aitrader/adapter-bar-files';
import {
  compareText,
  item,
  newBarSlice,
  readInt32,
  type Control,
  type CorporateAction,
  type ModelParameters,
  type RunId,
  type Ticker,
} from '@aitrader/model';
import { append, emptyDraft, room, type BarDraft } from './bar-draft.ts';
import { readRecording, readingMessage, type Bus } from '@aitrader/runtime-bus';

const SLICE_CAPACITY = 64;
export interface RecordedMarket {
  readonly table: BarColumns;
  readonly parameters: readonly ModelParameters[];
  /** how far a live market could be relied on, as recorded */
  readonly levels: readonly Control[];
  readonly actions: readonly CorporateAction[];
  /** why the rest of the recording of a run that failed is left out */
  readonly cutShort: string | undefined;
}

/** The bars of a recording, in canonical order, and its model parameters and data levels, as recorded. @throws UnknownRunError, BrokenRecordingError */
export async function loadRecordedBars(bus: Bus, run: RunId, onProgress?: (share: number) => void): Promise<RecordedMarket> {
  const draft = emptyDraft();
  let indexOf: Map<Ticker, number> | undefined;
  const slice = newBarSlice(0, '1m', SLICE_CAPACITY);
  const parameters: ModelParameters[] = [];
  const levels: Control[] = [];
  const actions: CorporateAction[] = [];
  let whole = 0;
  const { manifest, broken } = await readRecording(bus, run, {
    untilBroken: true,
    ...(onProgress === undefined ? {} : { onProgress }),
    onInterval: (interval, { shards, universe }) => {
      indexOf ??= new Map([...universe].sort(compareText).map((symbol, index) => [symbol, index]));
      const from = draft.count;
      for (let shard = 0; shard < shards; shard++) {
        const message = interval.message('bars', shard);
        if (message === undefined) continue;
        readingMessage(message, () => decodeBars(message.data, slice));
        room(draft, draft.count + slice.count);
        for (let i = 0; i < slice.count; i++) append(draft, slice, i, indexOf.get(item(slice.symbols, i)) ?? -1);
      }
      if (shards > 1) sortBySymbol(draft, from);
      for (const message of interval.control) {
        const command = readingMessage(message, () => decodeControl(message.data));
        parameters.push(...command.parameters);
        actions.push(...command.actions);
        if (command.kind === 'data-level') levels.push(command);
      }
      whole = draft.count;
    },
  });
  if (whole === 0 && broken !== undefined) throw broken;
  const { timeframe, universe } = manifest;
  const table = { timeframe, symbols: [...universe].sort(compareText), count: whole, ...draft.columns };
  return { table, parameters, levels, actions, cutShort: broken?.message };
}

/** Puts the rows of one interval, which came shard by shard, into symbol order. */
function sortBySymbol({ columns, count }: BarDraft, from: number): void {
  const symbols = columns.symbol.slice(from, count);
  const order = Array.from(symbols.keys()).sort((a, b) => readInt32(symbols, a) - readInt32(symbols, b));
  for (const name of ['symbol', 'open', 'high', 'low', 'close', 'volume'] as const) {
    const column = columns[name];
    const before = column.slice(from, count);
    order.forEach((source, i) => (column[from + i] = before[source] ?? Number.NaN));
  }
}
