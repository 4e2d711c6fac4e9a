import { createHash } from 'node:crypto';
import path from 'node:path';
import {
  addActions,
  archiveStorage,
  ArchiveError,
  isArchive,
  openArchive,
  readActionFiles,
  type ActionCounts,
  type AddedActions,
  type BarArchive,
} from '@aitrader/adapter-bar-archive';
import { tradeDateStart } from '@aitrader/core-market';
import { compareText, type CorporateAction } from '@aitrader/model';
import { ConfigurationError } from '@aitrader/runtime-configuration';
import { inForce, loadActions, readSaid, type LoadedActions, type SaidActions } from './actions-file.ts';
import { isEndOfShares, type ReadAction } from './action-text.ts';

/*
 * Corporate actions that an archive keeps: what its files say together, in the order in which they came.
 *
 * 1. What is said of a symbol, a date and a kind is one statement: two dividends of a day are said together, and so replaced together.
 * 2. A file that says a statement otherwise than it is held is refused, unless it is said to revise it: then it counts, as it came later.
 * 3. A file that was fetched says all of whom it was asked for, on the dates that it was asked for: an action that an earlier one of that
 *    kind had, and it does not, is taken back, which is a revision, too. What people wrote themselves no vendor takes back.
 * 4. What files of an archive say together can be followed, or the file is refused that would end that.
 */

/** What is held of one symbol, date and kind. */
interface Statement {
  readonly actions: readonly ReadAction[];
  readonly isFetched: boolean;
}
type Statements = Map<string, Statement>;

/** What happens to the statements that are held when a file comes, and the first of them that is not as it was. */
interface Changes extends ActionCounts {
  readonly first: string | undefined;
}

const keyOf = (action: ReadAction): string => {
  const { kind, symbol, exAt } = action;
  const other = !isEndOfShares(action) && kind === 'spin-off' ? ` ${action.other}` : '';
  return `${symbol} ${kind}${other} ${exAt}`;
};

/** What a statement comes to, whatever its actions are named. */
const figuresOf = (actions: readonly ReadAction[]): string =>
  actions
    .map((action) => JSON.stringify({ ...action, id: '' }))
    .sort(compareText)
    .join();

/** Lets a file count over what was said before it. */
function take(held: Statements, { said, asked }: SaidActions): Changes {
  const counts = { added: 0, held: 0, revised: 0, withdrawn: 0, first: undefined as string | undefined };
  const told = Map.groupBy(said, keyOf);
  for (const [key, actions] of told) {
    const before = held.get(key);
    const isSame = before !== undefined && figuresOf(before.actions) === figuresOf(actions);
    counts[before === undefined ? 'added' : isSame ? 'held' : 'revised'] += actions.length;
    if (before !== undefined && !isSame) counts.first ??= differsText(actions, before.actions);
    // of actions that are the same the names stay, too
    held.set(
      key,
      isSame ? { ...before, isFetched: before.isFetched && asked !== undefined } : { actions, isFetched: asked !== undefined },
    );
  }
  if (asked === undefined) return counts;
  const [from, to] = [tradeDateStart(asked.from), tradeDateStart(asked.to)];
  const symbols = new Set(asked.symbols);
  for (const [key, { actions, isFetched }] of held) {
    const [action] = actions;
    if (!isFetched || action === undefined || told.has(key)) continue;
    if (!symbols.has(action.symbol) || action.exAt < from || action.exAt > to) continue;
    counts.withdrawn += actions.length;
    counts.first ??= `does not know of the ${wordsOf(action)}`;
    held.delete(key);
  }
  return counts;
}

const differsText = (given: readonly ReadAction[], held: readonly ReadAction[]): string => {
  const [first] = given;
  return `says the ${first === undefined ? '' : wordsOf(first)} otherwise: ${figuresText(given)}, and held is ${figuresText(held)}`;
};

const wordsOf = (action: ReadAction): string =>
  `${action.kind} of ${action.symbol} in force from ${new Date(action.exAt).toISOString().slice(0, 16)}Z`;

const figuresText = (actions: readonly ReadAction[]): string =>
  actions.map((action) => (isEndOfShares(action) ? action.kind : detailText(action))).join(' and ');

const detailText = ({ newShares, oldShares, cash, payAt, other }: CorporateAction): string =>
  `${newShares}:${oldShares}, ${cash} millionths of a dollar, paid ${new Date(payAt).toISOString().slice(0, 10)}, ${other}`;

function statementsOf(place: string, files: readonly Uint8Array[]): Statements {
  const held: Statements = new Map();
  for (const bytes of files) take(held, readSaid(place, bytes));
  return held;
}

const actionsIn = (held: Statements): readonly ReadAction[] => [...held.values()].flatMap(({ actions }) => actions);

/**
 * What an archive knows of corporate actions; undefined where it keeps none. `name` is that of the source.
 * @throws ArchiveError for a file of them that is missing or damaged
 */
export async function loadArchivedActions(archive: BarArchive, name: string): Promise<LoadedActions | undefined> {
  const { actions } = archive.catalogue;
  if (actions.length === 0) return undefined;
  const place = archive.storage.name;
  const said = actionsIn(statementsOf(place, await readActionFiles(archive)));
  const sha256 = createHash('sha256').update(actions.map((file) => `${file.sha256}\n`).join(''));
  return inForce(place, said, {
    asked: 'all',
    source: { name, sha256: sha256.digest('hex'), shape: 'corporate actions', adjustment: 'unknown' },
  });
}

/** The actions that somebody names: a file's, or those of an archive. @throws ConfigurationError, ArchiveError */
export async function loadNamedActions(place: string): Promise<LoadedActions> {
  if (!isArchive(place)) return loadActions(place);
  const kept = await loadArchivedActions(await openArchive(await archiveStorage(place)), actionsName(place));
  if (kept === undefined)
    throw new ConfigurationError(place, ['keeps no corporate actions: import some with bars import --actions']);
  return kept;
}

/** What an archive's actions are called among sources. */
export const actionsName = (archive: string): string => `archive ${path.basename(path.resolve(archive))}, corporate actions`;

/** A file of corporate actions for an archive. */
export interface ActionsImport {
  readonly into: string;
  /** a file's, or what its content is called */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** take what it says otherwise than the archive, in place of refusing it */
  readonly revise: boolean;
  /** epoch ms */
  readonly now: number;
}

/** Takes a file of corporate actions into an archive, or finds that all is there. @throws ArchiveError, ConfigurationError */
export async function importActions({ into, name, bytes, revise, now }: ActionsImport): Promise<AddedActions> {
  const storage = await archiveStorage(into);
  const given = readSaid(name, bytes);
  inForce(name, given.said, NO_SOURCE);
  const form = path.extname(name) === '.csv' || !/^\uFEFF?\s*[{[]/.test(Buffer.from(bytes).toString('utf8')) ? 'csv' : 'json';
  return addActions(storage, { name: path.basename(name), form, bytes }, now, (files) => {
    const held = statementsOf(storage.name, files);
    const { first, ...counts } = take(held, given);
    if (first !== undefined && !revise)
      throw new ArchiveError(name, `${first}. With --revise it counts in place of what ${storage.name} has`);
    inForce(`${name} beside what ${storage.name} has`, actionsIn(held), NO_SOURCE);
    return counts;
  });
}

const NO_SOURCE = { asked: [], source: { name: '', sha256: '', shape: '', adjustment: 'unknown' } } as const;
