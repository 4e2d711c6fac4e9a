import { nextBell, nextBelow, nextUniform, newRandomStream, type RandomStream } from '@aitrader/core-numeric';
import { fnv1a32, type Ticker } from '@aitrader/model';

/** What the price of a synthetic stock does for a while. */
type Regime = 'calm' | 'trending' | 'turbulent';

/** Chance per minute to leave a regime, and its scale of volatility; a trend drifts by `drift` sd of a minute, each minute. */
const REGIMES = {
  calm: { leave: 1 / 90, volatility: 1, drift: 0 },
  trending: { leave: 1 / 40, volatility: 1.1, drift: 0.35 },
  turbulent: { leave: 1 / 60, volatility: 2.5, drift: 0 },
} as const;
/** Chances per minute to leave a regime where trends last for hours: then what strategies claim of them can be learned within days. */
const LASTING = { calm: 1 / 60, trending: 1 / 150, turbulent: 1 / 60 } as const;
/** Trends are why there is something to trade; turbulence is what a strategy should stay out of. */
const TRENDING_AFTER_CALM = 0.7;

const PRICE_DOLLARS_MIN = 1;
/** A calm minute moves a stock by 5 to 11 basis points: 25 to 55 % a year. */
const MINUTE_SD_MIN = 0.0005;
const MINUTE_SD_SPAN = 0.0006;
/** Outside regular hours a minute moves a third of what it does inside. */
const EXTENDED_VOLATILITY = 0.35;
/** A night moves a stock like this many minutes' sd, and one night in twenty four times as far. */
const OVERNIGHT_SDS = 11;
const NEWS_CHANCE = 1 / 20;
const NEWS_SCALE = 4;
const HALT_CHANCE = 1 / 10;
const HALT_MINUTES_MIN = 5;
const HALT_MINUTES_SPAN = 11;
const REOPENING_SDS = 6;
/** Prints inside a minute: the first is the open, the last the close. */
const PRINTS = 4;
const PRINT_SD = 1 / Math.sqrt(PRINTS);

/** One made-up stock. Its path depends on the seed and its name, not on which others there are. */
export interface SyntheticStock {
  readonly symbol: Ticker;
  readonly random: RandomStream;
  readonly minuteSd: number;
  readonly minuteShares: number;
  /** chance that a regular minute has a trade */
  readonly regularChance: number;
  /** whether trends last for hours */
  readonly lasting: boolean;
  level: number;
  regime: Regime;
  drift: number;
  /** regular minutes [haltFrom, haltTo) of the day without a trade */
  haltFrom: number;
  haltTo: number;
}

export function newSyntheticStock(seed: number, symbol: Ticker, lasting = false): SyntheticStock {
  const random = newRandomStream(Math.imul(seed, 0x9e3779b1) ^ fnv1a32(symbol));
  return {
    symbol,
    random,
    minuteSd: MINUTE_SD_MIN + MINUTE_SD_SPAN * nextUniform(random),
    minuteShares: 2000 + nextBelow(random, 40_000),
    regularChance: 0.9 + 0.1 * nextUniform(random),
    lasting,
    level: 15 + nextBelow(random, 400),
    regime: 'calm',
    drift: 0,
    haltFrom: 0,
    haltTo: 0,
  };
}

/** A night passes, and it is settled whether the stock is halted in the `regularMinutes` of the day. */
export function passNight(stock: SyntheticStock, regularMinutes: number, halts: boolean): void {
  const { random } = stock;
  const scale = nextUniform(random) < NEWS_CHANCE ? NEWS_SCALE : 1;
  move(stock, nextBell(random) * OVERNIGHT_SDS * scale);
  const isHalted = nextUniform(random) < HALT_CHANCE && halts;
  const minutes = HALT_MINUTES_MIN + nextBelow(random, HALT_MINUTES_SPAN);
  stock.haltFrom = 1 + nextBelow(random, regularMinutes - minutes - 1);
  stock.haltTo = isHalted ? stock.haltFrom + minutes : stock.haltFrom;
}

/** What one minute of a stock prints, in dollars on the cent grid and in shares. Reused from minute to minute. */
export interface MinutePrint {
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** A minute outside regular hours. */
export function printExtendedMinute(stock: SyntheticStock, print: MinutePrint): void {
  printPath(stock, EXTENDED_VOLATILITY, print);
  print.volume = 1 + nextBelow(stock.random, Math.ceil(stock.minuteShares / 10));
}

/** Minute `minute` of `minutes` regular ones. The first minute after a halt opens away from the last print. */
export function printRegularMinute(stock: SyntheticStock, minute: number, minutes: number, print: MinutePrint): void {
  const { random } = stock;
  changeRegime(stock);
  if (minute === stock.haltTo && stock.haltTo > stock.haltFrom) move(stock, nextBell(random) * REOPENING_SDS);
  const { volatility } = REGIMES[stock.regime];
  printPath(stock, volatility, print);
  // The day's U: busiest at the open and at the close.
  const fromNoon = (2 * (minute + 0.5)) / minutes - 1;
  const shape = 0.6 + 1.6 * fromNoon * fromNoon;
  print.volume = 1 + Math.floor(stock.minuteShares * shape * volatility * (0.4 + 1.2 * nextUniform(random)));
}

export const isHaltedAt = (stock: SyntheticStock, minute: number): boolean => minute >= stock.haltFrom && minute < stock.haltTo;

function changeRegime(stock: SyntheticStock): void {
  const { random } = stock;
  const leave = stock.lasting ? LASTING[stock.regime] : REGIMES[stock.regime].leave;
  if (nextUniform(random) >= leave) return;
  if (stock.regime !== 'calm') stock.regime = 'calm';
  else stock.regime = nextUniform(random) < TRENDING_AFTER_CALM ? 'trending' : 'turbulent';
  stock.drift = REGIMES[stock.regime].drift * (nextUniform(random) < 0.5 ? -1 : 1);
}

function printPath(stock: SyntheticStock, volatility: number, print: MinutePrint): void {
  for (let i = 0; i < PRINTS; i++) {
    move(stock, nextBell(stock.random) * volatility * PRINT_SD + stock.drift / PRINTS);
    const dollars = Math.round(stock.level * 100) / 100;
    if (i === 0) print.open = print.high = print.low = dollars;
    else if (dollars > print.high) print.high = dollars;
    else if (dollars < print.low) print.low = dollars;
    print.close = dollars;
  }
}

function move(stock: SyntheticStock, minuteSds: number): void {
  stock.level = Math.max(PRICE_DOLLARS_MIN, stock.level * (1 + minuteSds * stock.minuteSd));
}
