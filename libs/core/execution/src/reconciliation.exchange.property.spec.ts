/**
 * The account that the exchange tells of, held against what the manager knows.
 *
 * 1. No break opens while every word comes, however late it comes after a word on the account.
 * 2. A break over words that were lost ends when they are told.
 * 3. What another did to a position is a break of that position alone, for ever, and nothing more is entered or oversold in it.
 * 4. After an operator's write-off the books are what the account is, in shares, and nothing is in doubt any more.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ids, newControl, priceFromDollars, quantity, quantityFromShares, ticker, type EpochMs } from '@aitrader/model';
import { writeOff } from '@aitrader/core-portfolio';
import { cancelAll, closePosition, isRefusal, positionIn, type TradeUpdate } from '@aitrader/core-exchange';
import {
  accountOf,
  closeInterval,
  command,
  giveOrder,
  givenVenue,
  hear,
  hearAccount,
  minuteBar,
  passAtExchange,
  perform,
  toldOf,
  walkSlice,
  type Venue,
} from '../test/given-exchange.ts';
import { A, at, CONFIG, later, order, RULES } from '../test/given-manager.ts';
import { entryBlock, openBreaks, positionOf } from './index.ts';

const MINUTES = 60;
/** After that many an order is closed. */
const EXIT_MINUTES = 25;
const PRICE = priceFromDollars(90);
const minutes = fc.uniqueArray(fc.nat({ max: MINUTES - 15 }), { minLength: 1, maxLength: 20 });
const play = fc.record({
  from: fc.constantFrom('07:10', '10:00', '15:20', '16:30'),
  bars: fc.array(fc.option(minuteBar, { freq: 9, nil: undefined }), { minLength: MINUTES, maxLength: MINUTES }),
  orders: fc.uniqueArray(fc.nat({ max: 25 }), { minLength: 1, maxLength: 3 }),
  shares: fc.integer({ min: 20, max: 120 }),
  isStreamFirst: fc.boolean(),
  /** minutes whose words come after the word on the account */
  late: minutes,
  /** minutes whose words are lost, and told some minutes later */
  lost: minutes,
  lostFor: fc.integer({ min: 1, max: 8 }),
  /** when another closes the position */
  meddledAt: fc.integer({ min: 5, max: 30 }),
  /** how much of it, where it is to be written off */
  meddledShare: fc.constantFrom(0.25, 0.5, 1),
});
type Play = typeof play extends fc.Arbitrary<infer T> ? T : never;
type Fault = 'late' | 'lost' | 'meddled' | 'written-off' | 'none';

interface Played {
  readonly venue: Venue;
  /** what another took away, in shares */
  readonly taken: number;
  readonly shortest: number;
  /** breaks that were open, and why nothing was entered, after each minute since */
  readonly after: readonly { readonly open: readonly string[]; readonly block: string | undefined }[];
}

function playOut(given: Play, fault: Fault): Played {
  const begin = at(given.from);
  const config = { ...CONFIG, collarBpExtended: 40, reconciliation: RULES };
  const venue = givenVenue(begin, config, [A], { isStreamFirst: given.isStreamFirst, isCopied: true });
  const held: { readonly until: number; readonly updates: TradeUpdate[] }[] = [];
  const after: { open: readonly string[]; block: string | undefined }[] = [];
  let [last, taken, shortest] = [1000, 0, 0];
  hearAccount(venue, accountOf(venue, 'start'));
  given.bars.forEach((bar, minute) => {
    const t = later(begin, minute);
    const slice = walkSlice(t, last, bar);
    last += bar?.move ?? 0;
    const updates = passAtExchange(venue, t, [slice]);
    const isMeddled = fault === 'meddled' || fault === 'written-off';
    if (isMeddled && taken === 0 && minute >= given.meddledAt)
      taken = meddle(venue, updates, fault === 'meddled' ? 1 : given.meddledShare);
    if (fault === 'lost' && given.lost.includes(minute)) held.push({ until: minute + given.lostFor, updates: updates.splice(0) });
    for (const one of held) if (one.until === minute) tell(venue, one.updates.splice(0));
    const isLate = fault === 'late' && given.late.includes(minute);
    if (!isLate) tell(venue, updates);
    hearAccount(venue, accountOf(venue));
    if (isLate) tell(venue, updates);
    if (fault === 'written-off') writeOffBreaks(venue, t);
    closeInterval(venue, t, [slice]);
    if (given.orders.includes(minute)) enter(venue, t, last, given.shares);
    shortest = Math.min(shortest, positionIn(venue.exchange, A));
    if (taken > 0) after.push({ open: openBreaks(venue.manager).map(({ id }) => id), block: entryBlock(venue.manager, A) });
  });
  return { venue, taken, shortest, after };
}

function tell(venue: Venue, updates: readonly TradeUpdate[]): void {
  const requests: Parameters<typeof perform>[1] = [];
  for (const update of updates) hear(venue, toldOf(venue, update), requests);
  perform(venue, requests);
}

function enter(venue: Venue, t: EpochMs, last: number, shares: number): void {
  const reference = priceFromDollars(last / 10);
  const exits = { stop: priceFromDollars(last / 10 - 1), target: priceFromDollars(last / 10 + 1.5) };
  giveOrder(
    venue,
    order({
      id: ids.order(`o${t}`),
      t,
      reference,
      ...exits,
      quantity: quantityFromShares(shares),
      exitAt: later(t, EXIT_MINUTES),
    }),
  );
}

/** Another calls all orders off and closes a share of the position; the account's holder is told of the orders that were his. */
function meddle({ exchange }: Venue, updates: TradeUpdate[], share: number): number {
  const whole = positionIn(exchange, A);
  if (whole <= 0) return 0;
  cancelAll(exchange, updates);
  const shares = Math.max(1, Math.floor((whole / 1e9) * share));
  const terms = share === 1 ? {} : { quantity: quantityFromShares(shares) };
  return isRefusal(closePosition(exchange, A, terms, [])) ? 0 : whole;
}

/** An operator writes off what breaks there are, and risk's books hear it with the interval. */
function writeOffBreaks(venue: Venue, t: EpochMs): void {
  for (const { id, symbol, quantity: beyond } of openBreaks(venue.manager)) {
    if (symbol === null) continue;
    const off = { symbol, quantity: quantity(-beyond), price: PRICE };
    command(venue, newControl('close-break', t, 'ada', 'sold by hand', { about: id, writeOffs: [off] }));
    writeOff(venue.ledger, { ...off, id, t });
  }
}

describe('an account, a word on it every minute', () => {
  it('1. has no break while every word comes, late or not', () => {
    let trades = 0;
    fc.assert(
      fc.property(play, fc.constantFrom<Fault[]>('late', 'none'), (given, fault) => {
        const { venue } = playOut(given, fault);
        trades += venue.exchange.executions.length;
        expect(venue.breaks).toEqual([]);
        expect(positionOf(venue.manager, A)).toBe(positionIn(venue.exchange, A));
      }),
      { numRuns: 80 },
    );
    expect(trades).toBeGreaterThan(150);
  });

  it('2. is at one again once what was lost is told', () => {
    let [breaks, agreed] = [0, 0];
    fc.assert(
      fc.property(play, (given) => {
        const { venue } = playOut(given, 'lost');
        breaks += venue.breaks.filter(({ kind }) => kind === 'opened').length;
        agreed += venue.breaks.filter(({ kind }) => kind === 'agreed').length;
        expect(openBreaks(venue.manager)).toEqual([]);
        expect(positionOf(venue.manager, A)).toBe(positionIn(venue.exchange, A));
        expect(venue.ledger.cash).toBe(venue.exchange.ledger.cash);
      }),
      { numRuns: 80 },
    );
    expect(breaks).toBeGreaterThan(20);
    expect(agreed).toBe(breaks);
  });

  it('3. shows what another did to a position, and nothing else', () => {
    let meddled = 0;
    fc.assert(
      fc.property(play, (given) => {
        // a market that whoever wants to get out finds
        const bars = given.bars.map((bar, minute) => (minute < given.meddledAt ? bar : { move: 0, range: 1, volume: 50_000 }));
        const { venue, taken, shortest, after } = playOut({ ...given, bars, from: '10:00' }, 'meddled');
        if (taken === 0) return;
        meddled += 1;
        const open = openBreaks(venue.manager);
        expect(open.map(({ kind, symbol }) => [kind, symbol])).toEqual([['position', A]]);
        const ours = positionOf(venue.manager, A);
        expect(open[0]?.quantity).toBe(positionIn(venue.exchange, A) - ours);
        const since = after.findIndex((one) => one.open.length > 0);
        for (const { open: still, block } of after.slice(since))
          expect([still, block]).toEqual([['position.A.1'], 'break position.A.1']);
        expect(entryBlock(venue.manager, ticker('B'))).toBeUndefined();
        expect(shortest).toBe(0);
      }),
      { numRuns: 80 },
    );
    expect(meddled).toBeGreaterThan(20);
  });

  it('4. is what the books are once what another took is written off, and is traded on', () => {
    let [written, entered] = [0, 0];
    fc.assert(
      fc.property(play, (given) => {
        const bars = given.bars.map((bar, minute) => (minute < given.meddledAt ? bar : { move: 0, range: 1, volume: 50_000 }));
        const orders = [...given.orders, 45];
        const { venue, taken, shortest } = playOut({ ...given, bars, orders, from: '10:00' }, 'written-off');
        if (taken === 0) return;
        const closed = venue.breaks.filter(({ kind }) => kind === 'closed');
        written += closed.length;
        expect(openBreaks(venue.manager)).toEqual([]);
        expect(entryBlock(venue.manager, A)).toBeUndefined();
        expect(positionOf(venue.manager, A)).toBe(positionIn(venue.exchange, A));
        expect(venue.ledger.positions.get(A)?.quantity ?? 0).toBe(positionIn(venue.exchange, A));
        expect(shortest).toBe(0);
        entered += [...venue.exchange.executions.values()].filter(({ t }) => t >= later(at('10:00'), 45)).length;
      }),
      { numRuns: 80 },
    );
    expect(written).toBeGreaterThan(20);
    expect(entered).toBeGreaterThan(20);
  });
});
