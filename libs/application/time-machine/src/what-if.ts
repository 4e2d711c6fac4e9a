import { runConfigSchema } from '@aitrader/contracts';
import { assertSensible, STRATEGY_CATALOGUE } from '@aitrader/core-strategies';
import { entryOf, type RunConfig, type StrategyEntry } from '@aitrader/model';

/** A change of a configuration: the figure at a path such as `risk.kellyFraction`, or at `strategies.0.kind` the strategy that stands there. */
export interface Change {
  readonly path: string;
  readonly value: number | string;
}

/** A figure of a configuration, by its path. */
export interface FigureAt {
  readonly path: string;
  readonly value: number;
}

/** What stands in a strategy's place that is left out. */
export const LEFT_OUT = 'none';

/** The kinds that a strategy may be of. */
export const STRATEGY_KINDS: readonly string[] = Object.keys(STRATEGY_CATALOGUE);

/** What of a configuration a person may want to have been otherwise. What the market is believed to be like stands last. */
const PARTS = ['risk', 'strategies', 'simulation', 'probability'] as const satisfies readonly (keyof RunConfig)[];

/** Every figure of a configuration, by its path. */
export const figuresOf = (config: RunConfig): readonly FigureAt[] => PARTS.flatMap((part) => figuresIn(config[part], part));

function figuresIn(value: unknown, path: string): readonly FigureAt[] {
  if (typeof value === 'number') return [{ path, value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => figuresIn(each, `${path}.${name}`));
}

/**
 * Every figure that can be changed beside such changes, with the value that it has without its own: of a strategy that takes another's place,
 * its usual ones. @throws Error as {@link changed}
 */
export const figuresUnder = (config: RunConfig, changes: readonly Change[]): readonly FigureAt[] =>
  figuresOf({ ...config, strategies: placed(config.strategies, changes) });

/**
 * A configuration with figures and strategies in the place of others. A strategy in another's place, or behind the last, has the usual
 * parameters of its kind, and a name of its own: what the other showed is not its.
 * @throws Error for a path to none, and for what a run may not have
 */
export function changed(config: RunConfig, changes: readonly Change[]): RunConfig {
  const other = structuredClone({ ...config, strategies: placed(config.strategies, changes) });
  for (const { path, value } of changes) if (placeIn(path) === undefined) setFigure(other, path, value);
  return sensible({ ...other, strategies: other.strategies.filter(({ kind }) => kind !== LEFT_OUT) });
}

/** Strategies with others in their places. One that is left out keeps its place until figures are found by it. */
function placed(entries: readonly StrategyEntry[], changes: readonly Change[]): readonly StrategyEntry[] {
  const others = [...entries];
  for (const { path, value } of changes) {
    const at = placeIn(path);
    if (at === undefined) continue;
    if (at > entries.length || typeof value !== 'string') throw new Error(`${path}: is no place of a strategy`);
    const name = `${value}-what-if-${at}`;
    others[at] =
      value === LEFT_OUT
        ? { name, kind: LEFT_OUT, parameters: {} }
        : entryOf({ name, kind: value, parameters: {} }, STRATEGY_CATALOGUE);
  }
  return others;
}

/** The place of the strategy whose kind a path is of. */
function placeIn(path: string): number | undefined {
  const at = /^strategies\.(\d+)\.kind$/.exec(path)?.[1];
  return at === undefined ? undefined : Number(at);
}

function setFigure(config: RunConfig, path: string, value: number | string): void {
  const names = path.split('.');
  const last = names.pop() ?? '';
  const at = names.reduce<unknown>(fieldOf, config);
  if (typeof fieldOf(at, last) !== 'number' || typeof value !== 'number')
    throw new Error(`${path}: is no figure of the configuration`);
  Reflect.set(Object(at), last, value);
}

/** @throws Error that names what is wrong with a configuration */
function sensible(config: RunConfig): RunConfig {
  const { error } = runConfigSchema.safeParse(config);
  if (error !== undefined) throw new Error(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  assertSensible(config.strategies);
  return config;
}

const fieldOf = (at: unknown, name: string): unknown =>
  typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined;
