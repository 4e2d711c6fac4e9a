import fc from 'fast-check';
import {
  ids,
  newControl,
  price,
  priceFromDollars,
  quantityFromShares,
  type ControlKind,
  type Ticker,
  type WorkingRules,
} from '@aitrader/model';
import { bustTrade, correctTrade, positionIn } from '@aitrader/core-exchange';
import { positionOf } from '../src/index.ts';
import {
  arrive,
  command,
  closeInterval,
  giveOrder,
  givenVenue,
  minuteBar,
  passAtExchange,
  settleInterval,
  walkSlice,
  type SubmissionFault,
  type Venue,
} from './given-exchange.ts';
import { A, at, CONFIG, later, order } from './given-manager.ts';

export const MINUTES = 70;
/** The last minutes have a market that whoever wants to get out finds. */
const CALM_MINUTES = 20;
/** In a calm market: what is lost, delayed or late costs some, and each of a few refusals an interval. */
export const FLATTEN_MINUTES = 15;
const ROAD_TO_TARGET = new Map<number, { readonly move?: number; readonly range?: number }>([
  [9, {}],
  ...[-1, 1, 2, 1, -2, 3, 4].map((move, n) => [16 + n, { move }] as const),
  [24, { move: 3 }],
  [25, { move: -2, range: 4 }],
  [33, { move: -1 }],
]);
export const play = fc.record({
  from: fc.constantFrom('07:10', '09:10', '10:00', '15:20', '16:30'),
  bars: fc.array(fc.option(minuteBar, { freq: 9, nil: undefined }), {
    minLength: MINUTES - CALM_MINUTES,
    maxLength: MINUTES - CALM_MINUTES,
  }),
  /** minutes at which an order comes */
  orders: fc.uniqueArray(fc.nat({ max: 25 }), { minLength: 1, maxLength: 4 }),
  shares: fc.integer({ min: 1, max: 120 }),
  /** whether the stream is heard before the answer */
  isStreamFirst: fc.boolean(),
  isNamed: fc.boolean(),
  /** at which a trade is undone, or restated */
  amends: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 2 }),
  /** at which cancels take effect late only */
  delays: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 4 }),
});
/**
 * Two orders hold a symbol, a share of the newer one's entry is undone, and its exits sell that share all the same before they end: the older
 * one holds a share more than there is.
 */
export const undoneWhileExiting: Play = {
  from: '07:10',
  bars: Array.from({ length: MINUTES - CALM_MINUTES }, (_, minute) => {
    const drawn = ROAD_TO_TARGET.get(minute);
    return drawn === undefined ? undefined : { move: 0, range: 0, volume: 300, ...drawn };
  }),
  orders: [0, 16],
  shares: 31,
  isStreamFirst: false,
  isNamed: false,
  amends: [24],
  delays: [1, 2],
};
const FAULTS: readonly SubmissionFault[] = ['none', 'lost', 'late', 'late', 'not-now'];
export const faulty = fc.record({
  /** what becomes of each submission */
  faults: fc.array(fc.constantFrom(...FAULTS), { minLength: 1, maxLength: 12 }),
  /** minutes at which what is under way arrives */
  arrivals: fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 20 }),
});
export const commands = fc.array(
  fc.record({
    minute: fc.nat({ max: 44 }),
    kind: fc.constantFrom<ControlKind[]>('halt', 'reduce-only', 'cancel', 'resume'),
    symbols: fc.constantFrom<Ticker[][]>([], [A]),
  }),
  { maxLength: 6 },
);
type Commands = readonly { readonly minute: number; readonly kind: ControlKind; readonly symbols: readonly Ticker[] }[];
type Faulty = typeof faulty extends fc.Arbitrary<infer T> ? T : never;
export type Play = typeof play extends fc.Arbitrary<infer T> ? T : never;

/** How large orders are worked, and who looks at the venue after every interval. */
interface Handling {
  readonly working?: WorkingRules | null;
  readonly each?: (venue: Venue) => void;
}

/** Plays orders out, and says what became of them: `isSame`, whether positions were the same after every interval. */
export function playOut(
  { from, bars, orders, shares, isStreamFirst, isNamed, amends, delays }: Play,
  { faults, arrivals }: Faulty = { faults: [], arrivals: [] },
  given: Commands = [],
  minutesHeld = 45,
  { working = null, each }: Handling = {},
) {
  const begin = at(from);
  const config = { ...CONFIG, collarBpExtended: 40, working };
  const venue = givenVenue(begin, config, [A], { isStreamFirst, isNamed, isCopied: true });
  venue.faults.push(...faults);
  const { exchange } = venue;
  const positions: number[] = [];
  const seen = { trades: 0, positions, kinds: new Set<string>(), shortest: 0, longest: 0, isSame: true };
  let last = 1000;
  const calm = Array.from({ length: CALM_MINUTES }, () => ({ move: 0, range: 1, volume: 50_000 }));
  [...bars, ...calm].forEach((drawn, minute) => {
    const t = later(begin, minute);
    const slice = walkSlice(t, last, drawn);
    last += drawn?.move ?? 0;
    if (delays.includes(minute)) exchange.delayed.cancel += 1;
    for (const { minute: of, kind, symbols } of given)
      if (of === minute) command(venue, newControl(kind, t, 'x', 'y', { symbols }));
    const updates = passAtExchange(venue, t, [slice]);
    if (arrivals.includes(minute)) updates.push(...arrive(venue));
    const trade = exchange.executions.at(-1);
    if (amends.includes(minute) && trade !== undefined) {
      if (minute % 2 === 0) bustTrade(exchange, trade.id, updates);
      else correctTrade(exchange, trade.id, { price: price(trade.price + 100), quantity: undefined }, updates);
    }
    settleInterval(venue, t, [slice], updates);
    if (orders.includes(minute)) {
      const reference = priceFromDollars(last / 10);
      const exits = { stop: priceFromDollars(last / 10 - 1), target: priceFromDollars(last / 10 + 1.5) };
      const id = ids.order(`o${minute}`);
      const size = quantityFromShares(shares);
      giveOrder(venue, order({ id, t, reference, ...exits, quantity: size, exitAt: later(begin, minutesHeld) }));
    }
    seen.shortest = Math.min(seen.shortest, positionIn(exchange, A));
    positions.push(positionIn(exchange, A));
    seen.longest = Math.max(seen.longest, positionIn(exchange, A));
    each?.(venue);
    seen.isSame &&= positionOf(venue.manager, A) === positionIn(exchange, A);
  });
  closeInterval(venue, later(begin, MINUTES), []);
  for (const { kind } of exchange.executions) seen.kinds.add(kind);
  seen.trades = exchange.executions.length;
  return { venue, seen };
}
