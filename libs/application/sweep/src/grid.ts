import { parseConfiguration, stagesOf } from '@aitrader/application-pipeline';
import { assertTradable } from '@aitrader/application-markets';
import type { RunConfig, Timeframe } from '@aitrader/model';
import {
  configHashOf,
  ConfigurationError,
  documentIn,
  isRecord,
  readGivenFile,
  shortJson,
} from '@aitrader/runtime-configuration';

/*
 * Which configurations are tried.
 *
 * 1. Every trial's configuration has been through what reads one for a run; all that is wrong is said before anything runs.
 * 2. No two trials have the same configuration: one that counts twice would make chance look rarer than it is.
 * 3. The same grid gives the same trials in the same order: the last path changes fastest.
 */

/** Most trials of a sweep: the returns of as many over ten years are 200 MB. */
export const TRIALS_MAX = 10_000;
const STRATEGIES = 'strategies';

/** One configuration to be tried. */
export interface Trial {
  /** from 0 on, in the grid's order */
  readonly index: number;
  /** what it sets, by the path of the configuration */
  readonly sets: Readonly<Record<string, unknown>>;
  readonly config: RunConfig;
  /** SHA-256 of it */
  readonly configHash: string;
}

/** What one trial sets, before it is known whether that is a configuration. */
type Setting = readonly (readonly [path: string, value: unknown])[];

/** Reads the trials of a grid's file over a configuration. @throws ConfigurationError naming the file, and every path and value that is wrong */
export const loadTrials = async (file: string, base: RunConfig): Promise<readonly Trial[]> =>
  trialsOf(documentIn(file, await readGivenFile(file, 'grid'), 'grid'), file, base);

/** The trials of a grid that was read: paths with lists of values, or a list of parts of configurations. @throws ConfigurationError */
export function trialsOf(grid: unknown, source: string, base: RunConfig): readonly Trial[] {
  const settings = Array.isArray(grid) ? listed(grid, source) : combined(grid, source, base);
  const problems: string[] = [];
  const trials = settings.flatMap((setting, index) => {
    const { config, problems: own } = configured(setting, base);
    problems.push(...own.map((problem) => `trial ${index + 1} (${settingText(setting)}): ${problem}`));
    return config === undefined ? [] : [{ index, sets: Object.fromEntries(setting), config, configHash: configHashOf(config) }];
  });
  problems.push(...repeated(trials));
  if (problems.length > 0) throw new ConfigurationError(source, problems);
  return trials;
}

/** Refuses trials that cannot trade bars of a timeframe. @throws ConfigurationError naming the source and the trials */
export function assertTrialsTradable(trials: readonly Trial[], timeframe: Timeframe, source: string): void {
  const problems = trials.flatMap(({ index, config }) =>
    problemsIn(() => assertTradable(config, timeframe)).map((problem) => `trial ${index + 1}: ${problem}`),
  );
  if (problems.length > 0) throw new ConfigurationError(source, problems);
}

/** A trial as an error names it: its number in the grid, and what it sets. */
export const namedTrial = ({ index, sets }: Pick<Trial, 'index' | 'sets'>): string =>
  `trial ${index + 1} (${settingText(Object.entries(sets))})`;

/** What a trial sets, for people. */
export const settingText = (setting: Setting): string =>
  setting.map(([path, value]) => `${path} ${shortJson(value)}`).join(', ') || 'nothing';

/** Parts of configurations, each as what it sets at its ends. */
function listed(grid: readonly unknown[], source: string): readonly Setting[] {
  requireCount(grid.length, source);
  const problems = grid.flatMap((part, at) =>
    isRecord(part) ? [] : [`trial ${at + 1}: expected a part of a configuration, got ${shortJson(part)}`],
  );
  if (problems.length > 0) throw new ConfigurationError(source, problems);
  return grid.map((part) => leavesOf(part, ''));
}

/** The ends of a part of a configuration; a list is one of them. */
function leavesOf(part: unknown, path: string): Setting {
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (!isRecord(part) || Object.keys(part).length === 0) return path === '' ? [] : [[path, part]];
  return Object.entries(part).flatMap(([key, value]) => leavesOf(value, at(key)));
}

/** Every combination of the values of all paths. */
function combined(grid: unknown, source: string, base: RunConfig): readonly Setting[] {
  if (!isRecord(grid)) throw new ConfigurationError(source, [`expected paths with lists of values, got ${shortJson(grid)}`]);
  const paths = Object.entries(grid);
  const problems = paths.flatMap(([path, values]) => problemsOfPath(path, values, base));
  if (paths.length === 0) problems.push('there is no path in it, so that there is nothing to try');
  if (problems.length > 0) throw new ConfigurationError(source, problems);
  const lists = paths.map(([path, values]) => [path, values as readonly unknown[]] as const);
  requireCount(
    lists.reduce((count, [, values]) => count * values.length, 1),
    source,
  );
  return lists.reduce<readonly Setting[]>(
    (settings, [path, values]) => settings.flatMap((setting) => values.map((value) => [...setting, [path, value] as const])),
    [[]],
  );
}

function problemsOfPath(path: string, values: unknown, base: RunConfig): readonly string[] {
  if (!Array.isArray(values) || values.length === 0)
    return [`${JSON.stringify(path)}: expected a list of values, got ${shortJson(values)}`];
  return values.flatMap((value: unknown, at) => {
    const first = values.findIndex((other) => JSON.stringify(other) === JSON.stringify(value));
    if (first < at) return [`${JSON.stringify(path)}: ${shortJson(value)} is in the list before`];
    return configured([[path, value]], base).problems.map(
      (problem) => `${JSON.stringify(path)}: ${shortJson(value)}: ${problem}`,
    );
  });
}

function requireCount(count: number, source: string): void {
  if (count >= 1 && count <= TRIALS_MAX) return;
  throw new ConfigurationError(source, [`there must be 1 to ${TRIALS_MAX} trials, got ${count}`]);
}

interface Configured {
  readonly config?: RunConfig;
  readonly problems: readonly string[];
}

/** The configuration of a trial, or what is wrong with it. */
function configured(setting: Setting, base: RunConfig): Configured {
  let config: RunConfig | undefined;
  const problems = problemsIn(() => {
    const part: Part = {};
    for (const [path, value] of setting) setAt(part, path, value, base);
    config = parseConfiguration(part, 'trial', base);
    stagesOf(config);
  });
  return config === undefined || problems.length > 0 ? { problems } : { config, problems };
}

function problemsIn(check: () => void): readonly string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    return [error instanceof Error ? error.message : String(error)];
  }
}

type Part = Record<string, unknown>;

/** Sets a value at a path of a part of a configuration. @throws Error for a path that leads nowhere */
function setAt(part: Part, path: string, value: unknown, base: RunConfig): void {
  const keys = path.split('.');
  if (keys.some((key) => key === '' || key === '__proto__')) throw new Error('is no path of the configuration');
  const [first = '', name, ...within] = keys;
  if (first !== STRATEGIES || name === undefined) setWithin(part, keys, value);
  else setWithin(strategyNamed(part, name, base), within, value);
}

function setWithin(part: Part, keys: readonly string[], value: unknown): void {
  const [key, ...rest] = keys;
  if (key === undefined) throw new Error('names a strategy, and not what of it is to be tried');
  if (rest.length === 0) part[key] = value;
  else {
    const inner = part[key];
    const next: Part = isRecord(inner) ? inner : {};
    part[key] = next;
    setWithin(next, rest, value);
  }
}

/** The entry of a strategy in a part's list, which at first is the configuration's, silent about parameters: they stay. @throws Error where there is none of that name */
function strategyNamed(part: Part, name: string, base: RunConfig): Part {
  const given = part[STRATEGIES];
  const list: readonly unknown[] = Array.isArray(given)
    ? given
    : base.strategies.map(({ name: known, kind }) => ({ name: known, kind }));
  part[STRATEGIES] = list;
  const entry = list.find((one) => isRecord(one) && one['name'] === name);
  if (isRecord(entry)) return entry;
  throw new Error(`there is no strategy of the name ${JSON.stringify(name)}: there are ${namesIn(list)}`);
}

const namesIn = (list: readonly unknown[]): string =>
  list.map((one) => (isRecord(one) ? JSON.stringify(one['name']) : shortJson(one))).join(', ');

function repeated(trials: readonly Trial[]): readonly string[] {
  const first = new Map<string, number>();
  return trials.flatMap(({ index, configHash }) => {
    const before = first.get(configHash);
    if (before !== undefined) return [`trial ${index + 1} has the configuration of trial ${before + 1}`];
    first.set(configHash, index);
    return [];
  });
}
