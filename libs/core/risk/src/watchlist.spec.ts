import { describe, expect, it } from '@jest/globals';
import { epochMs, ticker, type Watchlist } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { answer, passes, refuses } from '../test/gate-answer.ts';
import { fillOf, givenRisk, MONDAY, type Desk, type Minute } from '../test/given-risk.ts';

const UNKNOWN = Number.MAX_SAFE_INTEGER;
const TEN = 600;
const scanned = (): Desk => givenRisk({ entriesIn: 'watchlist' });

function listAt(minute: number, symbols: readonly string[], date = MONDAY): Watchlist {
  const figures = symbols.map(() => 0);
  return {
    t: newYorkInstant(date, minute),
    until: newYorkInstant(date, 1_200),
    kind: 'regular',
    minute,
    eligible: symbols.length,
    symbols: symbols.map(ticker),
    ...{ scoreMicro: figures, gapPpm: figures, relativeVolumeMilli: figures },
    ...{ rangePpm: figures, trendMilli: figures, uncertaintyE8: figures },
  };
}
const atTen = (watchlist?: Watchlist): Minute => ({
  at: TEN,
  closes: { AAPL: 100 },
  ...(watchlist === undefined ? {} : { watchlist }),
});

describe('WATCHLIST', () => {
  it('passes without a scanner, and says so', () => {
    expect(answer('WATCHLIST', givenRisk())).toEqual(passes(0, 0, 'count', 200));
  });

  it('refuses while there is no list yet', () => {
    expect(answer('WATCHLIST', scanned())).toEqual(refuses(UNKNOWN, -UNKNOWN, 'count'));
  });

  it('passes what is listed, with its rank, from the very interval of the scan on', () => {
    const desk = scanned();
    expect(answer('WATCHLIST', desk, {}, atTen(listAt(TEN, ['IBM', 'AAPL', 'KO'])))).toEqual(passes(2, 3, 'count', 200));
  });

  it('holds a list until the next one', () => {
    const desk = scanned();
    desk.minute({ at: TEN - 2, watchlist: listAt(TEN - 2, ['AAPL']) });
    desk.minute({ at: TEN - 1, watchlist: listAt(TEN - 1, ['IBM']) });
    expect(answer('WATCHLIST', desk, {}, atTen())).toEqual(refuses(UNKNOWN, 1, 'count'));
  });

  it('refuses what is not listed, and all when nothing is', () => {
    expect(answer('WATCHLIST', scanned(), {}, atTen(listAt(TEN, ['IBM'])))).toEqual(refuses(UNKNOWN, 1, 'count'));
    expect(answer('WATCHLIST', scanned(), {}, atTen(listAt(TEN, [])))).toEqual(refuses(UNKNOWN, 0, 'count'));
  });

  it("refuses by yesterday's list", () => {
    const desk = scanned();
    desk.minute({ on: '2025-01-03', at: 900, watchlist: listAt(900, ['AAPL'], '2025-01-03') });
    expect(answer('WATCHLIST', desk, {}, atTen())).toEqual(refuses(UNKNOWN, -UNKNOWN, 'count'));
  });

  it('lets a position out that has fallen off the list', () => {
    const desk = scanned();
    const { orders } = desk.minute({ ...atTen(listAt(TEN, ['AAPL'])), signals: [{ of: 'AAPL' }] });
    const [entry] = orders;
    if (entry === undefined) throw new Error('nothing was approved');
    desk.minute({ closes: { AAPL: 100 }, fills: [fillOf(entry, 100)] });
    expect(desk.state.ledger.positions.size).toBe(1);
    const out = fillOf(entry, 99, { leg: 'stop' });
    desk.minute({ closes: { AAPL: 99 }, fills: [out], watchlist: listAt(TEN + 2, []) });
    expect(desk.state.ledger.positions.size).toBe(0);
  });

  it('takes a list of another interval for a broken recording', () => {
    expect(() => scanned().minute(atTen({ ...listAt(TEN, []), t: epochMs(1) }))).toThrow('came with a part of interval 1');
  });
});
