import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { inOrderOfForce } from '@aitrader/core-market';
import { compareText, type BarSource, type CorporateAction } from '@aitrader/model';
import { ConfigurationError } from '@aitrader/runtime-configuration';
import { ioProblem } from '@aitrader/runtime-storage';
import { z } from 'zod';
import { actionOf, ActionTextError, isEndOfShares, type EndOfShares, type ReadAction, type SaidAction } from './action-text.ts';
import { mapFileProblem, rowsOfMapFile, saidByMapFile } from './map-file.ts';
import { inOrderOfRenames, RenameRingError } from './renames.ts';
import { saidByAlpaca } from './alpaca-actions.ts';

/** Corporate actions in the order in which they come into force. */
export interface LoadedActions {
  readonly actions: readonly CorporateAction[];
  readonly ends: readonly EndOfShares[];
  /** symbols that are spoken of, be there an action of theirs or not; `all` of an archive, which may have actions of all the world */
  readonly asked: readonly string[] | 'all';
  readonly source: BarSource;
}

/** Whom a vendor was asked for, and of which ex-dates, both included. */
export interface AskedActions {
  readonly symbols: readonly string[];
  readonly from: string;
  readonly to: string;
}

/** What a file says, as it says it. */
export interface SaidActions {
  readonly said: readonly ReadAction[];
  /** of a file that was fetched */
  readonly asked: AskedActions | undefined;
}

const FIELDS = [
  'symbol',
  'ex_date',
  'kind',
  'ratio',
  'cash',
  'pay_date',
  'other',
  'id',
] as const satisfies readonly (keyof SaidAction)[];
const NEEDED = ['symbol', 'ex_date', 'kind'] as const;

/** What is said of one action, and where. */
interface Place {
  readonly where: string;
  readonly said: SaidAction;
}

/**
 * Reads a file of corporate actions: CSV with a line of names, JSON with a list `actions` of the same fields, an answer of Alpaca's, or a map
 * file of LEAN's.
 * @throws ConfigurationError naming file, line, field and value; for an action that stands there twice, too
 */
export async function loadActions(file: string): Promise<LoadedActions> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new ConfigurationError(file, [ioProblem(error)]);
  });
  return readActions(file, bytes);
}

/** Reads the content of a file of corporate actions. @throws ConfigurationError as `loadActions` */
export function readActions(file: string, bytes: Uint8Array): LoadedActions {
  const { said, asked } = readSaid(file, bytes);
  return inForce(file, said, {
    asked: asked?.symbols ?? [],
    source: {
      name: path.basename(file),
      sha256: createHash('sha256').update(bytes).digest('hex'),
      shape: 'corporate actions',
      adjustment: 'unknown',
    },
  });
}

/** Reads what a file says of actions, whatever its form. @throws ConfigurationError naming line, field and value; for an action that stands there twice, too */
export function readSaid(file: string, bytes: Uint8Array): SaidActions {
  const text = Buffer.from(bytes)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  const isJson = /^\s*[{[]/.test(text);
  const { places, asked } = isJson ? placesInJson(file, text) : { places: placesInCsv(file, text), asked: undefined };
  return { said: readPlaces(file, places), asked };
}

/** What is said of actions, in an order in which it can be followed; `place` is named in errors. @throws ConfigurationError */
export function inForce(place: string, said: readonly ReadAction[], of: Pick<LoadedActions, 'asked' | 'source'>): LoadedActions {
  const actions = said.filter((action) => !isEndOfShares(action)) as readonly CorporateAction[];
  requireOwnNames(place, actions);
  return { actions: followable(place, actions), ends: said.filter(isEndOfShares), ...of };
}

/** A stage that was told of an action takes another one of its name for the same. @throws ConfigurationError */
function requireOwnNames(place: string, actions: readonly CorporateAction[]): void {
  const named = new Map<string, CorporateAction>();
  for (const action of actions) {
    const other = named.get(action.id);
    if (other !== undefined)
      throw new ConfigurationError(place, [
        `id: ${JSON.stringify(action.id)} is that of a ${other.kind} of ${other.symbol} and of a ${action.kind} of ${action.symbol}: each action is to have its own`,
      ]);
    named.set(action.id, action);
  }
}

/** The actions in an order in which each can be followed. @throws ConfigurationError */
function followable(file: string, actions: readonly CorporateAction[]): readonly CorporateAction[] {
  try {
    return inOldSymbols([...inOrderOfRenames(actions)].sort((a, b) => inOrderOfForce(a, b) || compareNames(a, b)));
  } catch (error) {
    if (error instanceof RenameRingError) throw new ConfigurationError(file, [error.message]);
    throw error;
  }
}

/** Whichever order a file has, a run has one: changes of symbol have theirs already. */
const compareNames = (a: CorporateAction, b: CorporateAction): number =>
  a.kind === 'symbol-change' ? 0 : compareText(a.id, b.id);

function readPlaces(file: string, places: readonly Place[]): readonly ReadAction[] {
  const problems: string[] = [];
  const seen = new Map<string, string>();
  const read = places.flatMap(({ where, said }) => {
    try {
      const action = actionOf(said);
      const key = isEndOfShares(action) ? JSON.stringify(action) : keyOf(action);
      const before = seen.get(key);
      if (before !== undefined)
        problems.push(`${where}: says again what ${before} says: leave one out; two dividends alike need an id each`);
      seen.set(key, where);
      return [action];
    } catch (error) {
      if (!(error instanceof ActionTextError)) throw error;
      problems.push(`${where}: ${error.message}`);
      return [];
    }
  });
  if (problems.length > 0) throw new ConfigurationError(file, problems.slice(0, PROBLEMS_SHOWN_MAX));
  return read;
}

const PROBLEMS_SHOWN_MAX = 10;

/** One split, one spin-off of a company, one change of symbol a day, whatever their ids; dividends may be several, of other amounts or ids. */
const keyOf = ({ kind, symbol, exAt, other, id }: CorporateAction): string =>
  kind === 'cash-dividend' ? id : [kind, symbol, exAt, kind === 'spin-off' ? other : ''].join(' ');

function placesInCsv(file: string, text: string): readonly Place[] {
  const map = rowsOfMapFile(text);
  if (map === undefined) return placesInTable(file, text);
  const problem = mapFileProblem(map);
  if (problem !== undefined) throw new ConfigurationError(file, [problem]);
  return saidByMapFile(map).map(({ line, said }) => ({ where: `line ${line}`, said }));
}

function placesInTable(file: string, text: string): readonly Place[] {
  const lines = text.split(/\r?\n/);
  const names = (lines[0] ?? '').split(',').map((name) => name.trim());
  const other = names.find((name) => !FIELDS.some((field) => field === name));
  const missing = NEEDED.find((name) => !names.includes(name));
  if (other !== undefined || missing !== undefined)
    throw new ConfigurationError(file, [
      missing === undefined
        ? `line 1: ${JSON.stringify(other)} is no column of corporate actions: they are ${FIELDS.join(', ')}`
        : `line 1: there is no column ${missing}: the columns are ${FIELDS.join(', ')}`,
    ]);
  return lines.slice(1).flatMap((line, i): Place[] => {
    if (line.trim() === '') return [];
    const cells = line.split(',').map((cell) => cell.trim());
    if (cells.length !== names.length)
      throw new ConfigurationError(file, [`line ${i + 2}: has ${cells.length} cells where there are ${names.length} columns`]);
    const cellOf = (field: string): string => cells[names.indexOf(field)] ?? '';
    return [{ where: `line ${i + 2}`, said: saidOf(cellOf) }];
  });
}

const saidOf = (textOf: (field: string) => string): SaidAction => ({
  symbol: textOf('symbol'),
  ex_date: textOf('ex_date'),
  kind: textOf('kind'),
  ratio: textOf('ratio'),
  cash: textOf('cash'),
  pay_date: textOf('pay_date'),
  other: textOf('other'),
  id: textOf('id'),
});

/** What a file tells, and of what symbols a vendor was asked. */
interface Told {
  readonly places: readonly Place[];
  readonly asked: AskedActions | undefined;
}

function placesInJson(file: string, text: string): Told {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError(file, [`is no JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const vendor = saidByAlpaca(given);
  const open = isRecord(given) ? given['next_page_token'] : undefined;
  if (vendor !== undefined && typeof open === 'string' && open !== '')
    throw new ConfigurationError(file, [
      'next_page_token: the answer goes on, and what follows is not in the file: fetch its other pages, too',
    ]);
  if (vendor !== undefined) {
    const places = vendor.map((said, i) => ({ where: `corporate action ${i + 1} (${said.symbol})`, said }));
    return { places, asked: askedOf(given) };
  }
  const list = isRecord(given) ? given['actions'] : undefined;
  if (!Array.isArray(list))
    throw new ConfigurationError(file, ['actions: must be a list of corporate actions, or the file an answer of Alpaca']);
  return { places: list.map((each: unknown, i) => placeInList(file, each, `actions.${i}`)), asked: undefined };
}

/** What a fetched file says that it was asked for. */
function askedOf(given: unknown): AskedActions | undefined {
  const asked = isRecord(given) ? ASKED.safeParse(given['asked']) : undefined;
  return asked?.success === true ? asked.data : undefined;
}

const ASKED = z.object({ symbols: z.array(z.string()), from: z.iso.date(), to: z.iso.date() });

function placeInList(file: string, each: unknown, where: string): Place {
  if (!isRecord(each)) throw new ConfigurationError(file, [`${where}: must be an object`]);
  const stranger = Object.keys(each).find((key) => !FIELDS.some((field) => field === key));
  if (stranger !== undefined)
    throw new ConfigurationError(file, [
      `${where}.${stranger}: is no field of a corporate action: they are ${FIELDS.join(', ')}`,
    ]);
  return {
    where,
    said: saidOf((field) => {
      const value = each[field];
      return typeof value === 'number' || typeof value === 'string' ? String(value) : '';
    }),
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is said of a new symbol on the very day of its change is about the shares that still have the old one when it comes into force. */
function inOldSymbols(actions: readonly CorporateAction[]): readonly CorporateAction[] {
  const changes = actions.filter(({ kind }) => kind === 'symbol-change');
  return actions.map((action) => {
    const change = changes.find(({ other, exAt }) => other === action.symbol && exAt === action.exAt);
    return change === undefined || action.kind === 'new-listing' || action.kind === 'symbol-change'
      ? action
      : { ...action, symbol: change.symbol, other: action.other === action.symbol ? change.symbol : action.other };
  });
}
