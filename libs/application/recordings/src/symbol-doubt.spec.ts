import { describe, expect, it } from '@jest/globals';
import { breakIdOf, cash, epochMs, quantity, ticker, UNSAID, type AccountDoubt } from '@aitrader/model';
import { DoubtHistory, doubtsBetween } from './symbol-doubt.ts';

const [AAA, BBB] = [ticker('AAA'), ticker('BBB')];
const t = (minute: number): ReturnType<typeof epochMs> => epochMs(minute * 60_000);
const KNOWN: AccountDoubt = { standing: 'known', since: t(0), breaks: [], holds: [] };
const BREAK = {
  id: breakIdOf('position.AAA.1'),
  kind: 'position',
  symbol: AAA,
  about: null,
  run: null,
  quantity: quantity(3),
  cash: cash(0),
} as const;
const broken: AccountDoubt = { ...KNOWN, breaks: [{ ...BREAK, since: t(2), deadline: t(7) }] };
const heldBack = (...symbols: (typeof AAA)[]): AccountDoubt => ({ ...KNOWN, holds: [{ cause: 'order-unknown', symbols }] });

/** What execution said in one minute after the other, from the first on. */
function said(...doubts: (AccountDoubt | null)[]): DoubtHistory['changes'] {
  const history = new DoubtHistory();
  for (const [i, doubt] of doubts.entries()) history.note(t(i + 1), doubt);
  return history.changes;
}

describe('what was doubted of a symbol between two intervals', () => {
  it('is what stood at the first, and each time that it became something else until the second', () => {
    const changes = said(null, broken, broken, structuredClone(broken), heldBack(AAA, BBB), null);
    expect(changes.map((change) => change.t)).toEqual([t(1), t(2), t(5), t(6)]);
    expect(doubtsBetween(changes, AAA, t(1), t(6))).toEqual([
      { t: t(1), doubt: null },
      { t: t(2), doubt: broken },
      { t: t(5), doubt: heldBack(AAA) },
      { t: t(6), doubt: null },
    ]);
    expect(doubtsBetween(changes, AAA, t(3), t(4))).toEqual([{ t: t(3), doubt: broken }]);
    expect(doubtsBetween(changes, AAA, t(5), t(5))).toEqual([{ t: t(5), doubt: heldBack(AAA) }]);
  });

  it('is nothing of what concerns others alone, and all of what concerns every symbol', () => {
    expect(doubtsBetween(said(broken, heldBack(AAA)), BBB, t(1), t(2))).toEqual([]);
    const cashBreak: AccountDoubt = { ...KNOWN, breaks: [{ ...BREAK, kind: 'cash', symbol: null, since: t(1), deadline: t(6) }] };
    expect(doubtsBetween(said(cashBreak), BBB, t(1), t(2))).toEqual([{ t: t(1), doubt: cashBreak }]);
    expect(doubtsBetween(said(heldBack()), BBB, t(1), t(2))).toEqual([{ t: t(1), doubt: heldBack() }]);
    const unheard: AccountDoubt = { ...KNOWN, standing: 'unheard', since: null };
    expect(doubtsBetween(said(unheard), BBB, t(1), t(2))).toEqual([{ t: t(1), doubt: unheard }]);
  });

  it('is nothing where nothing was, and where execution has said nothing of it', () => {
    expect(doubtsBetween(said(null), AAA, t(1), t(2))).toEqual([]);
    expect(doubtsBetween(said(UNSAID), AAA, t(1), t(2))).toEqual([]);
    expect(doubtsBetween([], AAA, t(1), t(2))).toEqual([]);
  });
});
