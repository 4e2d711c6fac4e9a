import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { STATE_COLUMNS } from '@aitrader/model';
import { ContractError, FACTS, FACT_WIRING, fieldWords, readMessage, type Fact } from './index.ts';
import { bytesOf } from '../testing/codec-of.ts';
import { COLUMN_NAMES, figuresText } from '../testing/figures.ts';

const golden = (fact: Fact): string =>
  readFileSync(path.resolve(import.meta.dirname, `../golden/${fact}.v${FACT_WIRING[fact].version}.json`), 'utf8');

/** Places of all values that are no containers; a list of figures is one. */
function leavesOf(value: unknown, at = ''): string[] {
  if (Array.isArray(value) && value.some((element) => typeof element === 'object' && element !== null))
    return value.flatMap((element) => leavesOf(element, `${at}.*`));
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([name, part]) => leavesOf(part, at === '' ? name : `${at}.${name}`));
}

/** The figures of states that are shown in columns, symbol by symbol. */
function rowsOf(states: Readonly<Record<string, unknown>>): number[][] {
  const columns = COLUMN_NAMES.map((name) => states[name] as readonly number[]);
  return (states['symbols'] as readonly string[]).map((_, i) => columns.map((column) => column[i] ?? NaN));
}

describe('a message that is read to be shown', () => {
  it.each(FACTS)('of %s says what it says on the wire', (fact) => {
    const { figures, ...rest } = JSON.parse(golden(fact)) as { readonly figures?: string };
    const said = readMessage(fact, bytesOf(golden(fact)));
    expect(said).toEqual(
      figures === undefined ? rest : { ...rest, ...Object.fromEntries(COLUMN_NAMES.map((name) => [name, said[name]])) },
    );
    if (figures !== undefined) expect(figuresText(rowsOf(said))).toBe(figures);
  });

  it.each(FACTS)('of %s has words for every field', (fact) => {
    const words = fieldWords(fact);
    const leaves = leavesOf(readMessage(fact, bytesOf(golden(fact))));
    expect(leaves.length).toBeGreaterThan(4);
    const wordsOf = (leaf: string): string | undefined => words.get(leaf) ?? words.get(leaf.replace(/[^.]+$/, '*'));
    for (const leaf of leaves) expect([leaf, wordsOf(leaf)]).toEqual([leaf, expect.stringMatching(/\S/)]);
  });

  it('says of figures what they are and in which unit', () => {
    expect(fieldWords('signals').get('signals.*.forward.meanE8')).toBe('1e-8 of a natural-log return');
    expect(fieldWords('signals').get('signals.*.forward.quantilesE8')).toMatch(
      /^quantiles at .*; each 1e-8 of a natural-log return$/,
    );
    expect(fieldWords('bars').get('open')).toBe('opens, USD a share');
    expect(fieldWords('manifest').get('config.risk.startingCash')).toBe('1e-6 USD, positive');
    for (const { name, unit } of STATE_COLUMNS) expect(fieldWords('states').get(name)).toBe(unit);
  });

  it.each(FACTS)('of %s is refused as its decoder refuses it', (fact) => {
    expect(() => readMessage(fact, bytesOf('{}'))).toThrow(ContractError);
  });

  it('of bars is refused when a column is cut', () => {
    const { symbols, ...rest } = JSON.parse(golden('bars')) as { symbols: string[] };
    expect(() => readMessage('bars', bytesOf(JSON.stringify({ ...rest, symbols: symbols.slice(1) })))).toThrow(
      'values for 1 symbols',
    );
  });

  it('of a manifest is refused when its configuration is', () => {
    const manifest = golden('manifest').replace(/"kellyFraction": [\d.]+/, '"kellyFraction": 9');
    expect(() => readMessage('manifest', bytesOf(manifest))).toThrow('config.risk.kellyFraction must be <= 1, got 9');
  });
});
