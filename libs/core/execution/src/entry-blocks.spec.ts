/** What execution tells of the account with each interval: what it refuses entries for itself, and nothing else. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newYorkInstant } from '@aitrader/core-sessions';
import {
  breaksIn,
  cash,
  epochMs,
  holdFlags,
  ids,
  quantityFromShares,
  requestIdOf,
  ticker,
  type AccountDoubt,
  type AccountWord,
  type Ticker,
} from '@aitrader/model';
import { A, at, given, RULES, traded, word, type Given } from '../test/given-manager.ts';
import { accountDoubt, entryBlock, goOnAtBroker, newSequencedExecution } from './index.ts';

const B = ticker('B');
const held = (symbol: Ticker, shares: number) => ({ symbol, quantity: quantityFromShares(shares) });
/** What the next interval tells. */
function told(manager: Given, clock: string): AccountDoubt | null {
  manager.bar(clock);
  expect(manager.told.doubt).toEqual(accountDoubt(manager.state()));
  return manager.told.doubt;
}
const NOTHING = { breaks: [], holds: [] };
const known = (doubt: Partial<AccountDoubt>): AccountDoubt => ({ standing: 'known', since: at('09:00'), ...NOTHING, ...doubt });

describe('what is told of an account', () => {
  it('is nothing where nobody tells of one, once it is known, and since when it is not', () => {
    expect(told(given(), '10:00')).toBeNull();
    const manager = given({ reconciliation: RULES });
    expect(told(manager, '08:59')).toEqual({ standing: 'unheard', since: null, ...NOTHING });
    manager.account('09:00');
    expect(told(manager, '09:01')).toBeNull();
    manager.disconnect('09:02');
    manager.disconnect('09:05');
    expect(told(manager, '09:06')).toEqual({ standing: 'disconnected', since: at('09:02'), ...NOTHING });
    manager.restart();
    manager.account('09:07');
    expect(told(manager, '09:08')).toBeNull();
  });

  it('are breaks with what they are of, and the run that an order of a stranger names', () => {
    const manager = given({ reconciliation: RULES });
    manager.account('09:00');
    const orders = [
      { brokerId: 'z1', symbol: B, request: requestIdOf('paper-7.o.1.B.breakout.entry.0') },
      { brokerId: 'z2', symbol: B, request: null },
    ];
    const strange = { cash: cash(-5), positions: [held(A, 7)], orders };
    manager.account('09:01', strange);
    const differs = known({ holds: [{ cause: 'account-differs', symbols: [A, B] }] });
    expect(told(manager, '09:01')).toEqual(differs);
    manager.account('09:02', strange);
    const [position, named, nameless] = told(manager, '09:02')?.breaks ?? [];
    const since = { since: at('09:01'), deadline: at('09:06') };
    expect(position).toEqual({
      ...{ id: 'position.A.1', kind: 'position', symbol: A, about: null, run: null, ...since },
      ...{ quantity: quantityFromShares(7), cash: -5 },
    });
    expect(named).toMatchObject({ id: 'stranger.B.1', about: 'z1', run: 'paper-7', ...since });
    expect(nameless).toMatchObject({ id: 'stranger.B.2', about: 'z2', run: null });
    expect(manager.breaks.map((event) => event.break.run)).toEqual([null, 'paper-7', null]);
    manager.account('09:03', { cash: cash(-5), positions: [held(A, 7)] });
    manager.account('09:04', { cash: cash(-5), positions: [held(A, 7)] });
    expect(told(manager, '09:04')?.breaks.map(({ id }) => id)).toEqual(['position.A.1']);
  });

  it('is of no more breaks than there is room for; the others hold their symbols back', () => {
    const manager = given({ reconciliation: RULES });
    manager.account('09:00');
    const symbols = Array.from({ length: 103 }, (_, n) => ticker(`S${String(n).padStart(3, '0')}`));
    const orders = symbols.map((symbol, n) => ({ brokerId: `z${n}`, symbol, request: null }));
    const found = { cash: cash(9_000_000), orders };
    manager.account('09:01', found);
    manager.account('09:02', found);
    const doubt = told(manager, '09:02');
    expect(doubt?.breaks).toHaveLength(100);
    // the break of cash comes last, and is of all symbols
    expect(doubt?.holds).toEqual([{ cause: 'more-breaks', symbols: [] }]);
    const later = { ...found, orders: [...orders, { brokerId: 'z', symbol: ticker('LATER'), request: null }] };
    manager.account('09:02', later);
    manager.account('09:02', later);
    expect(told(manager, '09:02')?.holds).toEqual([{ cause: 'more-breaks', symbols: [] }]);
    manager.account('09:03', { orders });
    manager.account('09:04', { orders });
    expect(told(manager, '09:04')?.holds).toEqual([{ cause: 'more-breaks', symbols: ['S100', 'S101', 'S102'] }]);
  });

  it('is whatever else entries are refused for: each cause once, its symbols in canonical order', () => {
    const manager = given({ reconciliation: RULES, needsArming: true });
    manager.account('09:00', { positions: [held(B, 1), held(A, -2)] });
    manager.control('arm', '09:00', { about: '2026-01-05' });
    expect(told(manager, '09:01')).toEqual(known({ holds: [{ cause: 'foreign-position', symbols: [A, B] }] }));
    manager.control('adopt', '09:01', { symbols: [A] });
    manager.report(word('new', { brokerId: 'nobody', symbol: A, t: at('09:01') }));
    manager.control('disarm', '09:01');
    expect(told(manager, '09:02')?.holds).toEqual([
      { cause: 'not-armed', symbols: [] },
      { cause: 'foreign-position', symbols: [B] },
      { cause: 'order-unknown', symbols: [A] },
    ]);
    manager.state().straysLost = 1;
    expect(told(manager, '09:03')?.holds).toContainEqual({ cause: 'words-lost', symbols: [] });
  });

  it('is that the run is not armed any more, once its date is over', () => {
    const manager = given({ needsArming: true });
    manager.control('arm', '09:00', { about: '2026-01-05' });
    expect(told(manager, '10:00')).toBeNull();
    manager.pass('09:00', '2026-01-06');
    expect(manager.told.doubt?.holds).toEqual([{ cause: 'not-armed', symbols: [] }]);
  });

  it('is what is in doubt of an order, in its symbol', () => {
    const manager = given();
    manager.take();
    manager.hear(0, undefined, 'other', { word: 'restated' });
    expect(told(manager, '10:01')).toEqual({ ...known({ holds: [{ cause: 'fate-unknown', symbols: [A] }] }), since: null });
    manager.hear(0, undefined, 'execution', { ...traded('e1', 50, 100), filled: quantityFromShares(70) });
    expect(told(manager, '10:02')?.holds).toEqual([{ cause: 'execution-missing', symbols: [A] }]);
  });

  it('begins anew in a run that follows, whose differences are those that were left', () => {
    const manager = given({ reconciliation: RULES });
    manager.account('09:00');
    manager.account('09:01', { positions: [held(A, 7)] });
    manager.account('09:02', { positions: [held(A, 7)] });
    const fresh = newSequencedExecution({ manager: manager.state().config, followsBars: false });
    const ended = structuredClone({ ...fresh, manager: manager.state() });
    for (const one of ended.manager.account.differences.values()) Reflect.deleteProperty(one, 'run');
    const doubt = accountDoubt(goOnAtBroker(fresh, ended).manager);
    expect(doubt).toMatchObject({ standing: 'unheard', since: null, breaks: [{ id: 'position.A.1', run: null }] });
  });
});

const someWord = fc.record<Partial<AccountWord>>({
  cash: fc.constantFrom(cash(0), cash(0), cash(3_000_000)),
  positions: fc.constantFrom([], [held(A, 1)], [held(B, 2)], [held(A, 1), held(B, -2)]),
  orders: fc.constantFrom([], [], [{ brokerId: 'z1', symbol: A, request: null }]),
});
type Act = (manager: Given, clock: string) => void;
const someAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: someWord.map(
      (more): Act =>
        (manager, clock) =>
          manager.account(clock, more),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Act>((manager, clock) => manager.disconnect(clock)) },
  {
    weight: 1,
    arbitrary: fc.constant<Act>((manager, clock) => {
      manager.report(word('new', { brokerId: 'nobody', symbol: B, t: at(clock) }));
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('adopt', 'arm', 'disarm', 'close-break').map((kind): Act => (manager, clock) => {
      const about = kind === 'arm' ? '2026-01-05' : 'position.A.1';
      manager.control(kind as 'arm', clock, { about });
    }),
  },
);

describe('an entry', () => {
  it('is refused where what is told concerns its symbol, and nowhere else', () => {
    const seen = { refused: 0, entered: 0 };
    fc.assert(
      fc.property(fc.array(someAct, { maxLength: 12 }), fc.boolean(), (acts, needsArming) => {
        const manager = given({ reconciliation: RULES, needsArming });
        acts.forEach((act, n) => {
          const t = epochMs(newYorkInstant('2026-01-05', 600 + n));
          act(manager, `10:${String(n).padStart(2, '0')}`);
          const doubt = told(manager, `10:${String(n).padStart(2, '0')}`);
          for (const symbol of [A, B]) {
            const isFree =
              doubt === null ||
              (doubt.standing === 'known' && breaksIn(doubt, symbol).length === 0 && holdFlags(doubt, symbol) === 0);
            const trial = structuredClone(manager.state());
            const clone = given({ reconciliation: RULES, needsArming });
            Object.assign(clone.state(), trial);
            const asked = clone.take({ id: ids.order(`o.${symbol}`), symbol, t, exitAt: at('15:00') });
            expect([symbol, asked.length]).toEqual([symbol, isFree ? 1 : 0]);
            seen[isFree ? 'entered' : 'refused'] += 1;
            if (!needsArming) expect(entryBlock(manager.state(), symbol) === undefined).toBe(isFree);
          }
        });
      }),
    );
    expect(Math.min(seen.refused, seen.entered)).toBeGreaterThan(20);
  });
});
