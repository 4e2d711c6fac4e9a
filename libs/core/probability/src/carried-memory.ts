import { copySlot, read } from '@aitrader/model';
import { daypartOf } from './bucket.ts';
import { carryBank, type EarlierBank } from './carried-bank.ts';
import {
  BANK_WIDTH,
  FACTOR,
  FACTOR_WIDTH,
  PAST,
  FORECAST,
  FORECAST_WIDTH,
  type Memory,
  PAST_WIDTH,
  REGIME,
  REGIME_WIDTH,
  roomIn,
} from './memory.ts';
import { startReversion } from './reversion.ts';
import { REGIME_COUNT } from './sizes.ts';
import { startTrackers } from './trackers.ts';

/** What layout `probability/1` has: factors of the quantiles alone, the same in all hours and regimes, no group and no reversion. */
export type EarlierMemory = Omit<Memory, 'shapes' | 'adaptations'>;

/**
 * Copies all that a memory has of a symbol to a slot of another one. What an earlier one does not have is as before the first bar; up to
 * layout `probability/2` fitted variances stand in the bank.
 */
export function carrySymbol(from: Memory | EarlierMemory, slot: number, to: Memory, at: number): void {
  if ('shapes' in from && from.bank.length === roomIn(from) * BANK_WIDTH) {
    copySlot({ table: from, room: roomIn(from), slot }, { table: to, room: roomIn(to), slot: at });
    return;
  }
  const room = from.past.length / PAST_WIDTH;
  copySlot({ table: columnsOfBoth(from), room, slot }, { table: columnsOfBoth(to), room: roomIn(to), slot: at });
  const bank: EarlierBank = { bank: rowOf(from.bank, room, slot), fitted: rowOf(from.fitted, room, slot) };
  carryBank(bank, to, at);
  if ('shapes' in from)
    copySlot({ table: columnsSinceGroups(from), room, slot }, { table: columnsSinceGroups(to), room: roomIn(to), slot: at });
  else carryFromBeforeGroups(from, slot, to, at);
}

/** What layout `probability/1` has otherwise than the ones after it. */
function carryFromBeforeGroups(from: EarlierMemory, slot: number, to: Memory, at: number): void {
  const room = from.past.length / PAST_WIDTH;
  const regimes = rowOf(from.regimes, room, slot);
  startReversion(to.regimes, at * REGIME_WIDTH);
  to.regimes.set(regimes, at * REGIME_WIDTH);
  startTrackers(to, at);
  const forecast = rowOf(from.forecasts, room, slot);
  to.forecasts.set(forecast, at * FORECAST_WIDTH);
  const daypart = daypartOf(read(forecast, FORECAST.bucket));
  to.forecasts[at * FORECAST_WIDTH + FORECAST.group] = daypart * REGIME_COUNT + read(regimes, REGIME.label);
  to.factors.set(rowOf(from.factors, room, slot), at * FACTOR_WIDTH);
  to.factors[at * FACTOR_WIDTH + FACTOR.visits] = read(to.past, at * PAST_WIDTH + PAST.bars);
}

const columnsOfBoth = ({ past, season, filter, calibration }: Memory | EarlierMemory) => ({
  ...{ past, season, filter, calibration },
});

const columnsSinceGroups = ({ forecasts, factors, shapes, adaptations, regimes }: Memory) => ({
  ...{ forecasts, factors, shapes, adaptations, regimes },
});

function rowOf(column: Float64Array, room: number, slot: number): Float64Array {
  const width = column.length / room;
  return column.subarray(slot * width, (slot + 1) * width);
}
