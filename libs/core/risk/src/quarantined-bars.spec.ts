import { describe, expect, it } from '@jest/globals';
import { dollarsOfPrice, price, ticker } from '@aitrader/model';
import { appendBar, finishBarTable, newBarTableDraft, newSliceFeed, newSlices, nextInterval } from '@aitrader/core-market';
import { newYorkInstant } from '@aitrader/core-sessions';
import { hearBars, lastClose, newTape } from './tape.ts';

/* Bars go the whole way through the quality gate to the tape, which positions are marked by and entries are sized by. */

const A = ticker('A');
const OPEN = newYorkInstant('2026-01-05', 10 * 60);
type Figures = readonly [open: number, high: number, low: number, close: number];
const flat = (price: number): Figures => [price, price, price, price];

/** What the tape believes after each of these minutes, dollars. */
function believedIn(bars: readonly Figures[]): number[] {
  const draft = newBarTableDraft('1m', [A]);
  bars.forEach(([open, high, low, close], n) =>
    appendBar(draft, { t: OPEN + (n + 1) * 60_000, symbol: 0, open, high, low, close, volume: 500 + n }),
  );
  const feed = newSliceFeed(finishBarTable(draft), { shards: 1 });
  const slices = newSlices(feed);
  const tape = newTape();
  const believed: number[] = [];
  while (nextInterval(feed, slices)) {
    for (const slice of slices) hearBars(tape, slice, -1);
    believed.push(dollarsOfPrice(price(lastClose(tape, A))));
  }
  return believed;
}

describe('the tape in doubtful prices', () => {
  it('is moved by no lone misprint', () => {
    for (const misprint of [50, 90, 112, 700])
      expect(believedIn([flat(100), flat(misprint), flat(100.2)])).toEqual([100, 100, 100.2]);
  });

  it('believes a crash with the bar that confirms it, and goes on with it jump by jump', () => {
    expect(believedIn([flat(100), flat(48), flat(47.5)])).toEqual([100, 100, 47.5]);
    expect(believedIn([flat(100), flat(90), flat(81), flat(72.9)])).toEqual([100, 100, 81, 72.9]);
  });

  it('believes the close of a bar that was doubted for its range alone, where it says nothing new', () => {
    expect(believedIn([flat(100), [100, 100.5, 15, 100.3]])).toEqual([100, 100.3]);
  });
});
