/**
 * 1. What a watch said of a market whose recorded slices are these passes, whatever its bounds are and whenever it was killed.
 * 2. Causes that follow from slices are recomputed. Of the others it is checked that one bound explains them all.
 * 3. Level and symbols follow from causes and slices by one number of minutes that are waited for.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { item, type BarSlice, type Control, type DataLevel } from '@aitrader/model';
import { follow, isSlices, someDay, someKills, SYMBOLS, type Recorded, type Told } from '../test/followed-data.ts';
import { checkMinute, newLevelCheck, saidBefore } from './level-check.ts';

const FEEDS = ['one/feed', 'two/feed', 'yahoo/yahoo'];

/** The first problem of a recording, with the place of the minute that it is of. */
function problemOf(recording: readonly Recorded[], feeds = FEEDS): string | undefined {
  const check = newLevelCheck(SYMBOLS, feeds);
  const said: Control[] = [];
  let minute = 0;
  for (const each of recording) {
    if (!isSlices(each)) {
      said.push(each);
      continue;
    }
    const problem = checkMinute(check, each, saidBefore(said, item(each, 0).t));
    if (problem !== undefined) return `${minute} ${problem}`;
    minute += 1;
  }
  return undefined;
}

const CALM: Told = {
  traded: SYMBOLS.map(() => true),
  absent: 'no-trade',
  lateMs: 1_500,
  backfilled: false,
  feed: 'one/feed',
  clockAheadMs: 0,
  compared: undefined,
};
/** Calm, but for what happens at some minutes. */
const dayOf = (minutes: number, happening: Readonly<Record<number, Partial<Told>>> = {}): readonly Recorded[] =>
  follow(
    Array.from({ length: minutes }, (_, minute) => ({ ...CALM, ...happening[minute] })),
    new Set(),
  ).recording;
/** The recording with what was said in force at a minute changed from there on, for one minute or for as long as it stood. */
function changed(recording: readonly Recorded[], minute: number, change: (level: DataLevel) => Partial<DataLevel>): Recorded[] {
  const slices = recording.filter(isSlices);
  const { t } = item(item(slices, minute), 0);
  const inForce = saidBefore(
    recording.filter((each): each is Control => !isSlices(each)),
    t,
  );
  if (inForce === undefined) throw new Error('nothing was said');
  const level = item(inForce.data, 0);
  return recording.map((each) => (each === inForce ? { ...inForce, data: [{ ...level, ...change(level) }] } : each));
}

describe('the levels of a recording', () => {
  it('1. pass as they were said, whenever the process was killed', () => {
    fc.assert(
      fc.property(someDay, someKills, (told, killed) => {
        expect(problemOf(follow(told, killed).recording)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  const outage = dayOf(20, { 8: { absent: 'disconnected' }, 9: { backfilled: true } });
  const disagreement = dayOf(20, {
    8: { compared: { symbol: 1, price: 105 } },
    9: { compared: { symbol: 1, price: 100 } },
    10: { compared: { symbol: 1, price: 100 } },
    11: { compared: { symbol: 1, price: 100 } },
  });
  const silent = Array.from({ length: 14 }, (_, i) => [60 + i, { traded: [false, true, true, true] }] as const);
  const silence = dayOf(80, Object.fromEntries(silent));
  /** the minute before which it was said that the symbol is silent */
  const found = silence
    .slice(
      0,
      silence.findIndex((each) => !isSlices(each) && each.data.some(({ symbols }) => symbols.length > 0)),
    )
    .filter(isSlices).length;

  it('are made in these days as they are meant to be', () => {
    for (const day of [outage, disagreement, silence]) expect(problemOf(day)).toBeUndefined();
    const listed = (day: readonly Recorded[]) =>
      day.flatMap((each) => (isSlices(each) ? [] : each.data.map(({ symbols }) => symbols)));
    expect(listed(disagreement)).toContainEqual([SYMBOLS[1]]);
    expect(listed(silence)).toContainEqual([SYMBOLS[0]]);
  });

  it.each<[string, readonly Recorded[], string]>([
    [
      '2. a cause that is left out',
      changed(outage, 8, ({ causes }) => ({ causes: causes.slice(1) })),
      '8 is said to have the causes',
    ],
    [
      '2. a cause that is made up',
      changed(outage, 8, () => ({ causes: ['disconnected', 'backfilled'] })),
      '8 is said to have the causes',
    ],
    [
      '2. a minute that is late and no later than the others',
      changed(outage, 8, () => ({ causes: ['disconnected', 'late'] })),
      '8 is said to be late',
    ],
    [
      '2. a last resort that was none',
      changed(outage, 8, () => ({ causes: ['disconnected', 'last-resort'] })),
      '8 is said to be last resort',
    ],
    ['2. another feed', changed(outage, 8, () => ({ feed: 'two/feed' })), '8 is said to be of two/feed'],
    ['3. entries in an outage', changed(outage, 8, () => ({ level: 0 })), '8 is said to be D0'],
    ['3. entries right after one', changed(outage, 10, () => ({ level: 0 })), '10 is said to be D0'],
    ['3. no entries in a calm', changed(outage, 15, () => ({ level: 3 })), '12 is said to be D3'],
    [
      '3. a silent symbol that is not listed',
      changed(silence, found, () => ({ symbols: [], level: 0 })),
      `${found} does not list AAA`,
    ],
    [
      '3. a symbol that is not silent, and listed for no reason',
      changed(silence, 5, () => ({ symbols: [item(SYMBOLS, 2)], level: 2 })),
      ' lists CCC',
    ],
    [
      '3. no symbol of the run',
      changed(disagreement, 8, ({ symbols }) => ({ symbols: [...symbols, item(SYMBOLS, 0), 'ZZZ' as never] })),
      'ZZZ',
    ],
  ])('do not pass with %s', (_, recording, problem) => {
    expect(problemOf(recording)).toContain(problem);
  });

  it('3. do not pass when vendors disagree where there is one, or for less time than is waited for', () => {
    expect(problemOf(disagreement, ['one/feed'])).toContain('8 lists BBB');
    const slices = disagreement.filter(isSlices);
    const after = item(item(slices, 9), 0).t;
    const told = disagreement.filter((each): each is Control => !isSlices(each));
    const first = told.findLast(({ t }) => t < item(item(slices, 7), 0).t);
    if (first === undefined) throw new Error('nothing was said before');
    // said to be well again a minute after it was listed, and for good
    const early: Control = { ...first, t: (after - 500) as Control['t'] };
    const shortened = disagreement.flatMap((each): Recorded[] => {
      if (each === item(slices, 9)) return [early, each];
      return !isSlices(each) && each.t > after - 1_000 && each !== early ? [] : [each];
    });
    expect(problemOf(shortened)).toContain('9 does not list BBB');
  });

  it('do not pass without a word before the first minute', () => {
    const [, ...rest] = dayOf(5);
    expect(problemOf(rest)).toContain('0 comes before anything was said');
    const slices = rest.filter((each): each is readonly BarSlice[] => isSlices(each));
    expect(problemOf(slices)).toContain('0 comes before anything was said');
  });
});
