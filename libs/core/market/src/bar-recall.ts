// Invariants
// 1. What a feed knows at its end follows from what it recorded: a feed that goes on from there gives the bars and the flags of one that
//    never ended.
// 2. Parameters that were told are not told again.

import {
  addSlot,
  compareText,
  findSlot,
  item,
  newSymbolIndex,
  read,
  readUint32,
  type BarSlice,
  type Control,
  type CorporateAction,
  type EpochMs,
  type ModelParameters,
  type SymbolIndex,
  type Ticker,
  type Timeframe,
} from '@aitrader/model';
import { actionCommands } from './action-commands.ts';
import { copyMemory, growMemory, newBarMemory, noteBar, restateMemory, type BarMemory } from './bar-memory.ts';
import { newJudgedBar, type JudgedBar } from './bar-quality.ts';
import { actionsDue, closeAfter, hearActions, newAgenda, symbolsOf, type ActionAgenda } from './corporate-actions.ts';
import { newParameterFeed, type ParameterFeed } from './parameter-feed.ts';

/** What a feed is to know when it goes on another day, as far as it was recorded. Plain data. */
export interface BarRecall {
  readonly timeframe: Timeframe;
  readonly index: SymbolIndex;
  memory: BarMemory;
  /** of its last interval, to be held against the commands to come */
  readonly agenda: ActionAgenda;
  /** parameters that were told, by what they are known by, in canonical order */
  told: string[];
}

/** What the state of {@link BarRecall} is made of, and in which version. */
export const BAR_RECALL_LAYOUT = 'bars/1';

const SLOTS_AT_FIRST = 64;

/** A recall of no bars yet. */
export const newBarRecall = (timeframe: Timeframe): BarRecall => ({
  timeframe,
  index: newSymbolIndex(),
  memory: newBarMemory(timeframe, SLOTS_AT_FIRST),
  agenda: newAgenda(),
  told: [],
});

/** What one set of fitted parameters is known by. */
export const fitNameOf = ({ symbol, model, version, fittedTo }: ModelParameters): string =>
  `${symbol} ${model} ${version} ${fittedTo}`;

/** Takes note of a command of the feed's. */
export function recallCommand(recall: BarRecall, command: Control): void {
  hearActions(recall.agenda, command);
  if (command.parameters.length > 0)
    recall.told = [...new Set([...recall.told, ...command.parameters.map(fitNameOf)])].sort(compareText);
}

/** Takes note of an interval that was recorded, one slice per shard, after the commands before it. */
export function recallBars(recall: BarRecall, slices: readonly BarSlice[]): void {
  const { index, agenda } = recall;
  for (const action of actionsDue(agenda, item(slices, 0).t)) {
    for (const symbol of symbolsOf(action)) {
      const slot = index.slots.get(symbol);
      if (slot !== undefined) restateMemory(recall.memory, slot, (price) => closeAfter(action, price));
    }
  }
  const bar = newJudgedBar();
  for (const slice of slices) recallSlice(recall, slice, bar);
}

function recallSlice(recall: BarRecall, slice: BarSlice, bar: JudgedBar): void {
  let slot = -1;
  for (let i = 0; i < slice.count; i++) {
    slot = slotOf(recall, item(slice.symbols, i), slot + 1);
    bar.t = slice.t;
    bar.open = read(slice.open, i);
    bar.high = read(slice.high, i);
    bar.low = read(slice.low, i);
    bar.close = read(slice.close, i);
    bar.volume = read(slice.volume, i);
    noteBar(recall.memory, slot, bar, readUint32(slice.flags, i));
  }
}

function slotOf(recall: BarRecall, symbol: Ticker, likely: number): number {
  const { index } = recall;
  const known = findSlot(index, symbol, likely);
  if (known >= 0) return known;
  const slot = addSlot(index, symbol);
  recall.memory = growMemory(recall.memory, slot + 1);
  return slot;
}

/** Lets a feed's memory of so many symbols be what is recalled of each; of the others it knows nothing. */
export function takeUpMemory(memory: BarMemory, symbols: readonly Ticker[], recall: BarRecall): void {
  symbols.forEach((symbol, at) => {
    const slot = recall.index.slots.get(symbol);
    if (slot !== undefined) copyMemory(recall.memory, slot, memory, at);
  });
}

/** What a feed tells beside its bars, and the first interval that it is told for. */
export interface FeedCommands {
  readonly parameters?: readonly ModelParameters[] | undefined;
  /** how far the data could be relied on, as it was recorded */
  readonly levels?: readonly Control[] | undefined;
  readonly actions?: readonly CorporateAction[] | undefined;
  /** close of the first interval */
  readonly first: number;
}

/** The commands of a feed, in their order; of one that goes on behind another those that were not told there. */
export function commandFeed(
  { parameters = [], levels = [], actions = [], first }: FeedCommands,
  actor: string,
  goOn: { readonly t: EpochMs; readonly recall: BarRecall } | undefined,
): ParameterFeed {
  const since = goOn?.t ?? first;
  const told = new Set(goOn?.recall.told);
  const fitted = parameters.filter((each) => !told.has(fitNameOf(each)));
  const later = levels.filter(({ t }) => goOn === undefined || t >= goOn.t);
  return newParameterFeed(fitted, actor, since, [...later, ...actionCommands(actions, actor, since)]);
}
