import { beforeAll, describe, expect, it } from '@jest/globals';
import { runInMemory } from '@aitrader/application-pipeline';
import { sampleMarket } from '@aitrader/core-market';
import { DERIVED_FIGURES } from '@aitrader/core-probability';
import { compareText, BAR_FLAG, STATE_COLUMNS, STATE_FLAG, type GateFigure } from '@aitrader/model';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { figure, money } from './figures.ts';
import { barFlagWords, stateFlagWords } from './flag-words.ts';
import { foundTwice, passWords, refusalWords, WORDED_GATES } from './gate-words.ts';
import { stateLines, WORDED_FIGURES } from './state-words.ts';

const gate = (
  name: string,
  value: number,
  limit: number,
  unit: GateFigure['unit'],
  comparison: GateFigure['comparison'] = 'at-most',
): GateFigure & { symbol: string } => ({ gate: name, value, limit, unit, comparison, symbol: 'SYN01' });

describe('gates in words', () => {
  const passed = new Map<string, GateFigure>();
  beforeAll(async () => {
    await runInMemory({
      table: sampleMarket(),
      config: SIMULATED_DEFAULTS,
      shards: 1,
      watchers: [({ decision }) => decision.orders.forEach(({ gates }) => gates.forEach((each) => passed.set(each.gate, each)))],
    });
  });

  it('has words for every gate that an order passes, and for no other', () => {
    const ofOperators = ['MANUAL_ONCE', 'MANUAL_QUANTITY'];
    expect(WORDED_GATES.filter((gate) => !ofOperators.includes(gate))).toEqual([...passed.keys()]);
    expect(WORDED_GATES).toEqual(expect.arrayContaining(ofOperators));
  });

  it('says of one gate on two occasions what was found, and the figures as recorded where the words are the same', () => {
    const [less, more, far] = [4_701, 4_761, 900_000_000].map((value) => gate('KELLY', value, 310_260_000, 'cash', 'sizes'));
    expect(foundTwice(more ?? null, less ?? null, 'SYN01')).toEqual([
      'deny: worth a stake of $0.00, less than a share ($310.26) (4761 against 310260000, as recorded)',
      'deny: worth a stake of $0.00, less than a share ($310.26) (4701 against 310260000, as recorded)',
    ]);
    const [first, second] = foundTwice(far ?? null, less ?? null, 'SYN01');
    expect(first).toMatch(/^pass: .*\$900\.00/);
    expect(second).toBe('deny: worth a stake of $0.00, less than a share ($310.26)');
    expect(foundTwice(null, gate('SYMBOL_HALTED', 1, 0, 'flags'), 'SYN02')).toEqual(['was not asked', 'deny: SYN02 is halted']);
  });

  it('says neither the name nor bare bits, whichever way it went', () => {
    for (const each of passed.values()) {
      const judged = { ...each, symbol: 'SYN01' };
      for (const words of [passWords(judged), refusalWords({ ...judged, value: Math.max(1, each.value) })]) {
        expect(words).not.toContain(each.gate);
        expect(words).not.toContain('0b');
      }
    }
  });

  it('tells a newcomer why', () => {
    expect(refusalWords(gate('OPEN_EXPOSURE', 2, 0, 'count'))).toBe('already holds or is entering SYN01');
    expect(refusalWords(gate('SESSION', 12, 20, 'minutes'))).toBe('only 12 minutes to trade in: entries need 20');
    expect(refusalWords(gate('SESSION', 0, 20, 'minutes'))).toBe('outside trading hours: entries need 20 minutes to trade in');
    expect(refusalWords(gate('STATE_FLAGS', STATE_FLAG.WARMING_UP | STATE_FLAG.SUSPECT, 0, 'flags'))).toBe(
      'the state is not to be relied on: warming up, suspect bar',
    );
    expect(refusalWords(gate('KELLY', 0, 277_650_000, 'cash'))).toBe('worth a stake of $0.00, less than a share ($277.65)');
  });

  it('says that a figure was not known, and shows a gate of another version with its figures', () => {
    expect(refusalWords(gate('BORROW_RATE', 300_000, 100_000, 'ppm'))).toBe(
      'shares to sell short cost 30.00 % a year, at most 10.00 % allowed',
    );
    expect(refusalWords(gate('BORROW_RATE', Number.MAX_SAFE_INTEGER, 100_000, 'ppm'))).toBe(
      'nobody knows what shares to sell short cost',
    );
    expect(refusalWords(gate('STALENESS', Number.MAX_SAFE_INTEGER, 2, 'minutes'))).toBe(
      'STALENESS: its figure is not known, which refuses (limit 2 min)',
    );
    expect(refusalWords(gate('WATCHLIST', Number.MAX_SAFE_INTEGER, 20, 'count'))).toBe(
      'SYN01 is not among the 20 on the watchlist',
    );
    expect(refusalWords(gate('WATCHLIST', Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 'count'))).toBe(
      'no watchlist of this trade date is in effect yet',
    );
    expect(passWords(gate('WATCHLIST', 3, 20, 'count'))).toBe('SYN01 is number 3 of 20 on the watchlist');
    expect(refusalWords(gate('NEW_GATE', 3, 2, 'count'))).toBe('NEW_GATE: 3, limit 2');
  });
});

describe('flags in words', () => {
  it('names every flag there is, and those that it does not know', () => {
    for (const bit of Object.values(BAR_FLAG)) expect(barFlagWords(bit)).not.toMatch(/^$|unknown/);
    for (const bit of Object.values(STATE_FLAG)) expect(stateFlagWords(bit)).not.toMatch(/^$|unknown/);
    expect(barFlagWords(0)).toBe('');
    expect(stateFlagWords(STATE_FLAG.GAP | (1 << 20))).toBe('after a gap, unknown flags 0b100000000000000000000');
  });
});

describe('a state in words', () => {
  it('shows every figure that a state has or that follows from it, and no other', () => {
    const names = [...STATE_COLUMNS, ...DERIVED_FIGURES].map(({ name }) => name);
    expect([...WORDED_FIGURES].sort(compareText)).toEqual(names.sort(compareText));
  });

  it('changes with each figure, and shows a missing one as a dash', () => {
    const figures = Object.fromEntries([...WORDED_FIGURES].map((name, i) => [name, 1000 + i])) as Record<string, number>;
    figures['regime'] = 1;
    figures['flags'] = 0;
    const said = stateLines(figures).map(({ text }) => text);
    for (const name of WORDED_FIGURES) {
      const other = { ...figures, [name]: name === 'regime' ? 2 : name === 'flags' ? 1 : 20_000_000 };
      expect(stateLines(other).map(({ text }) => text)).not.toEqual(said);
      const { [name]: _, ...rest } = figures;
      expect(stateLines(rest).map(({ text }) => text)).not.toEqual(said);
    }
  });
});

describe('figures', () => {
  it('shows units, separated thousands and true minus signs', () => {
    expect(figure({ value: 7_536_710_000, unit: 'cash' })).toBe('$7,536.71');
    expect(money(-1234.5)).toBe('−$1,234.50');
    expect(figure({ value: 926_316, unit: 'ppm' })).toBe('92.63 %');
    expect(figure({ value: -171_400, unit: 'e8' })).toBe('−17.14 bp');
  });
});
