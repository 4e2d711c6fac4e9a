import {
  AT,
  E8,
  PPM,
  REGIMES,
  STATE_FLAG,
  STATE_WIDTH,
  isQuarantined,
  item,
  read,
  readUint32,
  type BarSlice,
  type StateSlice,
} from '@aitrader/model';
import { exp } from '@aitrader/core-numeric';
import type { SymbolForecast, SymbolRow } from './wire.ts';

/** The row of bar `i` of a slice, with the forecast that was made after it. */
export function symbolRow(
  bars: BarSlice,
  i: number,
  before: SymbolRow | undefined,
  forecast: SymbolForecast | null,
  isNewDate: boolean,
): SymbolRow {
  const close = read(bars.close, i);
  return {
    key: item(bars.symbols, i),
    t: bars.t,
    close,
    firstClose: before === undefined || isNewDate ? close : before.firstClose,
    volume: read(bars.volume, i),
    quarantined: isQuarantined(readUint32(bars.flags, i)),
    forecast,
  };
}

/** The forecasts of a slice by symbol: quantiles of the next close in dollars, around the close that they were made at. */
export function forecastsOf(states: StateSlice, bars: BarSlice): ReadonlyMap<string, SymbolForecast> {
  const closes = new Map<string, number>();
  for (let i = 0; i < bars.count; i++) closes.set(item(bars.symbols, i), read(bars.close, i));
  const found = new Map<string, SymbolForecast>();
  for (let i = 0; i < states.count; i++) {
    const close = closes.get(item(states.symbols, i));
    if (close === undefined) continue;
    found.set(item(states.symbols, i), forecastAt(states, i * STATE_WIDTH, close));
  }
  return found;
}

function forecastAt({ rows }: StateSlice, row: number, close: number): SymbolForecast {
  const price = (at: number): number => close * exp(read(rows, row + at) / E8);
  const flags = read(rows, row + AT.flags);
  return {
    median: price(AT.q500),
    ...{ low50: price(AT.a250), high50: price(AT.a750) },
    ...{ low80: price(AT.a100), high80: price(AT.a900) },
    ...{ low95: price(AT.a025), high95: price(AT.a975) },
    velocityUp: read(rows, row + AT.velocityUp) / PPM,
    regime: REGIMES[read(rows, row + AT.regime)] ?? 'normal',
    isWarmingUp: (flags & STATE_FLAG.WARMING_UP) !== 0,
  };
}
