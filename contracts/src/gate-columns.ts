import type { GateFigure } from '@aitrader/model';
import type { DenialsV3 } from './schemas.ts';
import { ContractError } from './validation.ts';

/*
 * What the gates of risk found, in columns: each gate is named once a message, and each order and denial has a value and a limit at its place.
 *
 * 1. What is read is what was written, in the order in which it was asked.
 */

type Head = DenialsV3['gates'][number];
interface Columns {
  readonly values: (number | null)[];
  readonly limits: number[];
}

const isOf = (head: Head, { gate, unit, comparison }: Head): boolean =>
  head.gate === gate && head.unit === unit && head.comparison === comparison;

/**
 * The gates that several lists name, each behind all that some list names before it, and else in the order in which they come first.
 * O(gates) a list that names the same as another.
 * @throws ContractError when one list has two gates in another order than the next
 */
export function headsOf(fact: 'orders' | 'denials', rows: readonly { readonly gates: readonly GateFigure[] }[]): readonly Head[] {
  const lists = listsOf(rows);
  const [only] = lists;
  if (only === undefined) return [];
  if (lists.length === 1) return only.map(headOf);
  const left = lists.map((list) => [...list]);
  const heads: Head[] = [];
  for (;;) {
    const first = left.flat().find((figure) => left.every((list) => !list.slice(1).some((later) => isOf(later, figure))));
    if (first === undefined) break;
    heads.push(headOf(first));
    for (const list of left) if (list[0] !== undefined && isOf(list[0], first)) list.shift();
  }
  const [stuck] = left.flat();
  if (stuck !== undefined)
    throw new ContractError(fact, 'gates', `stand before ${stuck.gate} in one list and behind it in another`);
  return heads;
}

const headOf = ({ gate, unit, comparison }: Head): Head => ({ gate, unit, comparison });

/** The lists of gates that differ: two, as a rule, those of signals and of operators. */
function listsOf(rows: readonly { readonly gates: readonly GateFigure[] }[]): readonly (readonly GateFigure[])[] {
  const lists: (readonly GateFigure[])[] = [];
  for (const { gates } of rows) if (!lists.some((list) => areSame(list, gates))) lists.push(gates);
  return lists;
}

function areSame(list: readonly GateFigure[], other: readonly GateFigure[]): boolean {
  if (list.length !== other.length) return false;
  for (let i = 0; i < list.length; i++) {
    const [one, two] = [list[i], other[i]];
    if (one === undefined || two === undefined || !isOf(one, two)) return false;
  }
  return true;
}

/** Puts figures at the places of their gates. */
export function columnsOf(heads: readonly Head[], gates: readonly GateFigure[]): Columns {
  const values: (number | null)[] = [];
  const limits: number[] = [];
  let next = 0;
  for (const head of heads) {
    const figure = gates[next];
    const isAsked = figure !== undefined && isOf(head, figure);
    values.push(isAsked ? figure.value : null);
    limits.push(isAsked ? figure.limit : 0);
    if (isAsked) next += 1;
  }
  return { values, limits };
}

/** The figures of the gates that were asked. @throws ContractError when a column is not as long as there are gates */
export function figuresIn(
  fact: 'orders' | 'denials',
  at: string,
  heads: readonly Head[],
  { values, limits }: { readonly values: readonly (number | null)[]; readonly limits: readonly number[] },
): readonly GateFigure[] {
  for (const [name, { length }] of Object.entries({ values, limits }))
    if (length !== heads.length)
      throw new ContractError(fact, `${at}.${name}`, `has ${length} figures for ${heads.length} gates`);
  const figures: GateFigure[] = [];
  heads.forEach(({ gate, unit, comparison }, i) => {
    const [value, limit] = [values[i], limits[i]];
    if (typeof value === 'number' && limit !== undefined) figures.push({ gate, value, limit, unit, comparison });
  });
  return figures;
}
