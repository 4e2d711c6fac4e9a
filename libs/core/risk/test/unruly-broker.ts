/** A broker to be feared: it fills in parts, is silent, refuses, busts, and tells things late. For specs only. */
import {
  dollarsOfPrice,
  fillId,
  sharesOf,
  type Fill,
  type Leg,
  type Order,
  type OrderEvent,
  type OrderEventKind,
  type OrderId,
} from '@aitrader/model';
import { eventOf, fillOf } from './given-risk.ts';

/** What the broker tells of one minute. */
export interface BrokerMinute {
  readonly fills: Fill[];
  readonly events: OrderEvent[];
}

export interface Broker {
  take(orders: readonly Order[]): void;
  /** Acts on every order at work, each as the broker's mood (0 to 99) is. */
  minute(moods: readonly number[]): BrokerMinute;
  /** Shares that may still be entered, of the orders that have any. */
  entering(): ReadonlyMap<OrderId, number>;
}

/** An order at work, in shares. */
interface Bracket {
  readonly order: Order;
  entering: number;
  held: number;
  isProtected: boolean;
  fillCount: number;
  lastEntry: Fill | undefined;
}

export function givenBroker(): Broker {
  let brackets: Bracket[] = [];
  return {
    take(orders) {
      for (const order of orders) {
        const entering = sharesOf(order.quantity);
        brackets.push({ order, entering, held: 0, isProtected: false, fillCount: 0, lastEntry: undefined });
      }
    },
    minute(moods) {
      const told: BrokerMinute = { fills: [], events: [] };
      brackets.forEach((bracket, i) => act(bracket, moods[i % moods.length] ?? 0, told));
      brackets = brackets.filter(({ entering, held, isProtected }) => entering > 0 || held > 0 || isProtected);
      return told;
    },
    entering: () => new Map(brackets.flatMap(({ order, entering }) => (entering > 0 ? [[order.id, entering]] : []))),
  };
}

function act(bracket: Bracket, mood: number, told: BrokerMinute): void {
  if (bracket.entering > 0) workEntry(bracket, mood, told);
  else if (bracket.held > 0) workExit(bracket, mood, told);
  else protect(bracket, 'canceled', told);
}

function workEntry(bracket: Bracket, mood: number, told: BrokerMinute): void {
  const { order, entering } = bracket;
  const say = (kind: OrderEventKind): void => void told.events.push(eventOf(order, 'entry', kind, bracket.entering));
  if (mood < 15) say('accepted');
  else if (mood < 25) say('unknown');
  else if (mood < 85) {
    const shares = mood < 40 ? Math.ceil(entering / 2) : entering;
    bracket.lastEntry = trade(bracket, 'entry', shares, mood, told);
    bracket.entering -= shares;
    bracket.held += shares;
    say('filled');
    if (mood % 7 === 0) told.events.push(eventOf(order, 'entry', 'accepted', entering));
  } else {
    bracket.entering = 0;
    say(mood < 90 ? 'canceled' : mood < 95 ? 'expired' : 'rejected');
  }
  if (bracket.entering === 0 && bracket.held > 0) protect(bracket, 'accepted', told);
}

function workExit(bracket: Bracket, mood: number, told: BrokerMinute): void {
  const { held, lastEntry } = bracket;
  if (mood < 20 && lastEntry !== undefined && sharesOf(lastEntry.quantity) <= held) {
    const id = fillId(bracket.order.id, 'entry', ++bracket.fillCount);
    told.fills.push({ ...lastEntry, id, kind: 'bust', amends: lastEntry.id });
    bracket.held -= sharesOf(lastEntry.quantity);
    bracket.lastEntry = undefined;
  } else if (mood < 60) {
    const shares = mood < 35 ? Math.ceil(held / 2) : held;
    trade(bracket, 'stop', shares, mood, told);
    bracket.held -= shares;
    protect(bracket, 'filled', told);
  }
}

/** Trades up to 2 % off the order's reference. */
function trade(bracket: Bracket, leg: Leg, shares: number, mood: number, told: BrokerMinute): Fill {
  const at = dollarsOfPrice(bracket.order.reference) * (0.98 + (mood % 5) / 100);
  const fill = fillOf(bracket.order, at, { leg, shares, n: ++bracket.fillCount });
  told.fills.push(fill);
  return fill;
}

function protect(bracket: Bracket, kind: OrderEventKind, told: BrokerMinute): void {
  bracket.isProtected = kind !== 'canceled' && bracket.held > 0;
  told.events.push(eventOf(bracket.order, 'stop', kind, bracket.isProtected ? bracket.held : 0));
}
