import { dollarsOf, cash, epochMs, price, dollarsOfPrice, quantity, sharesOf, type OrderId, type Ticker } from '@aitrader/model';
import type { Bin, ParityLine } from './parity-line.ts';
import { pairShares, type Part, type Share, type Trade } from './traded-parts.ts';

/*
 * What an order came to at two brokers, and what each part of the difference is laid to.
 *
 * 1. The lines of an order add up to the difference of what it came to, to the unit, whatever was traded.
 * 2. Shares that both traded in the same interval differ by their price; in different intervals, by latency; shares that one alone traded are
 *    size, with all that became of them: what is left later, and their fees.
 */

/** What became of an order at one broker. */
export interface OrderTrades {
  readonly entries: readonly Trade[];
  readonly exits: readonly Trade[];
}

/** An order as it is told of in lines. */
export interface Told {
  readonly order: OrderId;
  readonly symbol: Ticker;
}

type Side = keyof OrderTrades;
type Sum = { t: number; units: number; recorded: Share | null; replayed: Share | null; costMicros: number };

/** The lines of an order whose trades differ. */
export function differencesOf(told: Told, recorded: OrderTrades, replayed: OrderTrades): readonly ParityLine[] {
  const lines: ParityLine[] = [];
  /** shares that one alone traded are entered and left by it alone: one line for all that became of them */
  const size = { recorded: 0, replayed: 0, costMicros: 0, t: Infinity };
  let rest = 0;
  for (const side of ['entries', 'exits'] as const) {
    const leg = side === 'entries' ? 'entry' : 'exit';
    const [prices, late] = [new Map<string, Sum>(), new Map<string, Sum>()];
    const fees = { recorded: 0, replayed: 0, t: Infinity };
    for (const part of pairShares(recorded[side], replayed[side])) {
      const { recorded: one, replayed: other } = part;
      if (one === null || other === null) {
        takeAlone(size, side, part);
        continue;
      }
      fees.recorded += one.fee;
      fees.replayed += other.fee;
      if (one.fee !== other.fee) fees.t = Math.min(fees.t, one.t);
      if (one.isHeld && other.isHeld) rest += one.cash - other.cash;
      else if (one.t !== other.t || one.isHeld !== other.isHeld) add(late, part, one, other);
      else if (one.price !== other.price) add(prices, part, one, other);
      else rest += one.cash - other.cash;
    }
    for (const sum of prices.values()) lines.push(pricesLine(told, leg, sum));
    for (const sum of late.values()) lines.push(latencyLine(told, leg, sum));
    if (fees.recorded !== fees.replayed) lines.push(feesLine(told, leg, fees));
  }
  if (size.t < Infinity) lines.push(sizeLine(told, size));
  return withRest(
    told,
    lines.sort((a, b) => a.t - b.t),
    rest,
  );
}

/** What rounding leaves of shares that are the same to both belongs to what made the others differ. */
function withRest(told: Told, lines: readonly ParityLine[], rest: number): readonly ParityLine[] {
  const [first, ...others] = lines;
  if (rest === 0) return lines;
  if (first === undefined) return [lineOf(told, 'fill-price', 0, 'rounding of fills that were cut otherwise', ['', ''], rest)];
  return [{ ...first, costMicros: first.costMicros + rest }, ...others];
}

function add(sums: Map<string, Sum>, { units }: Part, one: Share, other: Share): void {
  const key = `${one.t} ${one.isHeld} ${other.t} ${other.isHeld} ${one.price} ${other.price}`;
  const sum = sums.get(key) ?? { t: Math.min(one.t, other.t), units: 0, recorded: one, replayed: other, costMicros: 0 };
  sum.units += units;
  sum.costMicros += one.cash - other.cash;
  sums.set(key, sum);
}

function takeAlone(
  size: { recorded: number; replayed: number; costMicros: number; t: number },
  side: Side,
  { units, recorded, replayed }: Part,
): void {
  const [share, sign] = recorded === null ? [replayed, -1] : [recorded, 1];
  if (share === null) return;
  size.costMicros += sign * (share.cash - share.fee);
  size.t = Math.min(size.t, share.t);
  if (side === 'entries') size[recorded === null ? 'replayed' : 'recorded'] += units;
}

const dollars = (micros: number): string => dollarsOf(cash(micros)).toFixed(2);
const shares = (units: number): string => String(sharesOf(quantity(units)));
const at = ({ price: units }: Share): string => dollarsOfPrice(price(units)).toFixed(4);
const when = ({ t, isHeld }: Share): string =>
  isHeld ? 'held still' : new Date(t).toISOString().slice(0, 'YYYY-MM-DDTHH:MM'.length) + 'Z';

const lineOf = (
  { order, symbol }: Told,
  bin: Bin,
  t: number,
  what: string,
  values: readonly [string, string],
  costMicros: number,
): ParityLine => ({ bin, t: epochMs(t), order, symbol, what, recorded: values[0], replayed: values[1], costMicros });

const pricesLine = (told: Told, leg: string, { t, units, recorded, replayed, costMicros }: Sum): ParityLine =>
  lineOf(told, 'fill-price', t, `price of ${shares(units)} at the ${leg}`, both(recorded, replayed, at), costMicros);

const latencyLine = (told: Told, leg: string, { t, units, recorded, replayed, costMicros }: Sum): ParityLine =>
  lineOf(
    ...([told, 'latency', t, `interval of ${shares(units)} at the ${leg}`] as const),
    both(recorded, replayed, (share) => `${when(share)} at ${at(share)}`),
    costMicros,
  );

const feesLine = (told: Told, leg: string, fees: { recorded: number; replayed: number; t: number }): ParityLine =>
  lineOf(
    ...([told, 'fee', fees.t, `fees of the ${leg}`] as const),
    [dollars(fees.recorded), dollars(fees.replayed)],
    fees.replayed - fees.recorded,
  );

const sizeLine = (
  told: Told,
  { t, recorded, replayed, costMicros }: { recorded: number; replayed: number; costMicros: number; t: number },
): ParityLine => lineOf(told, 'fill-size', t, 'shares that one alone filled', [shares(recorded), shares(replayed)], costMicros);

const both = (one: Share | null, other: Share | null, say: (share: Share) => string): readonly [string, string] => [
  one === null ? '' : say(one),
  other === null ? '' : say(other),
];
