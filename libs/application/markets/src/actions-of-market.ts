import { actionsOfBasis } from '@aitrader/core-market';
import { newYorkDate } from '@aitrader/core-sessions';
import { epochMs, type Adjustment, type BarSource, type CorporateAction } from '@aitrader/model';
import { ConfigurationError } from '@aitrader/runtime-configuration';
import type { LoadedActions } from './actions-file.ts';
import type { PartedBars } from './parted-bars.ts';

/** Evening to date: an action is in force from the evening before its date. */
const HALF_DAY_MS = 12 * 60 * 60_000;

/**
 * The actions that a market's prices follow: those of its symbols, by what each one's prices were adjusted for. `place` is named in errors.
 * @throws ConfigurationError where that is not known and an action would make a difference, and for the end of a company's shares
 */
export function actionsOfMarket(
  place: string,
  { actions, ends, asked }: Pick<LoadedActions, 'actions' | 'ends' | 'asked'>,
  bars: Pick<PartedBars, 'symbols' | 'first' | 'last'>,
  basisOf: (symbol: string) => Adjustment,
): readonly CorporateAction[] {
  const symbols = new Set<string>(bars.symbols);
  const isWithin = ({ exAt }: { readonly exAt: number }): boolean => exAt >= bars.first && exAt < bars.last;
  const end = ends.find((each) => symbols.has(each.symbol) && isWithin(each));
  if (end !== undefined)
    throw new ConfigurationError(place, [
      `${end.symbol} has an action on ${end.date} that a run does not follow (${end.kind}): end the run before it with --to, or leave the symbol out with --symbols`,
    ]);
  const ours = actions.filter(({ symbol, other }) => symbols.has(symbol) || symbols.has(other));
  // A file may hold more than a run has a use for; one that speaks of none of its symbols is another one than was meant.
  const isSpokenOf = asked === 'all' || asked.some((symbol) => symbols.has(symbol));
  if (ours.length === 0 && !ends.some((each) => symbols.has(each.symbol)) && !isSpokenOf)
    throw new ConfigurationError(place, [`none is of a symbol that these bars have: they are of ${symbolsText(actions, ends)}`]);
  const basisOfAction = ({ symbol, other }: CorporateAction): Adjustment => basisOf(symbols.has(symbol) ? symbol : other);
  const bases = new Set(ours.map(basisOfAction));
  const followed = [...bases].map((basis) => {
    const isOfUnknown = (action: CorporateAction): boolean => basisOfAction(action) === basis && isWithin(action);
    return { basis, of: actionsOfBasis(ours, basis, isOfUnknown) };
  });
  const refused = followed.flatMap(({ of }) => ('error' in of ? [of.action] : []))[0];
  if (refused !== undefined) throw basisUnknown(place, refused);
  const taken = new Map(
    followed.flatMap(({ basis, of }) =>
      'error' in of ? [] : of.filter((action) => basisOfAction(action) === basis).map((action) => [action.id, action] as const),
    ),
  );
  // in the order in which they come into force, whatever their bases
  return ours.flatMap(({ id }) => taken.get(id) ?? []);
}

function basisUnknown(place: string, { kind, symbol, exAt }: CorporateAction): ConfigurationError {
  return new ConfigurationError(place, [
    `${symbol} has a ${kind} on ${newYorkDate(epochMs(exAt + HALF_DAY_MS))}, and nothing says whether its prices were adjusted for it: ` +
      'say so with --adjustment raw (as they were printed), split (for splits) or all (for splits and dividends)',
  ]);
}

const SYMBOLS_SHOWN = 8;

function symbolsText(actions: LoadedActions['actions'], ends: LoadedActions['ends']): string {
  const symbols = [...new Set([...actions, ...ends].map(({ symbol }) => symbol))];
  return symbols.slice(0, SYMBOLS_SHOWN).join(', ') || 'nothing';
}

/** That of all bars, whosever they are; where files have several, that of the whole is not known. */
export function basisOfSources(sources: readonly BarSource[]): () => Adjustment {
  const [basis = 'unknown', ...others] = new Set(sources.map(({ adjustment }) => adjustment));
  return () => (others.length === 0 ? basis : 'unknown');
}
