import { createHash } from 'node:crypto';
import { runConfigSchema, type JsonObject } from '@aitrader/contracts';
import { entryOf, problemsOfEntry, type RunConfig, type StrategyCatalogue, type StrategyEntry } from '@aitrader/model';
import { ConfigurationError } from './configuration-error.ts';
import { documentIn, readGivenFile } from './given-file.ts';
import { isRecord, problemsOf, shortJson } from './problems.ts';
import { ALPACA_PAPER, PAPER_EXCHANGE, SIMULATED_DEFAULTS, SIMULATED_SCANNER, WORKING_RULES } from './simulated-defaults.ts';

/**
 * Reads a simulated run's configuration: a JSON file of any part of `RunConfig`, over `base`.
 * Money is in units of 1e-6 dollar, as everywhere. By a catalogue, what a strategy is silent about has its usual value, and all that is said
 * of one is held against it. @throws ConfigurationError naming the file, every wrong field and its value
 */
export async function loadRunConfig(
  file: string | undefined,
  base: RunConfig = SIMULATED_DEFAULTS,
  catalogue?: StrategyCatalogue,
): Promise<RunConfig> {
  if (file === undefined) return base;
  return parseRunConfig(documentIn(file, await readGivenFile(file, 'configuration'), 'configuration'), file, base, catalogue);
}

/** The same for what was parsed already. `source` is named in errors. @throws ConfigurationError */
export function parseRunConfig(
  given: unknown,
  source: string,
  base: RunConfig = SIMULATED_DEFAULTS,
  catalogue?: StrategyCatalogue,
): RunConfig {
  const merged = overlay(withParts(base, given), withStrategies(base, given, catalogue));
  const result = runConfigSchema.safeParse(merged);
  const strategies = runConfigSchema.shape.strategies.safeParse(isRecord(merged) ? merged['strategies'] : undefined);
  const problems = strategies.success ? strategyProblems(strategies.data, catalogue) : [];
  if (!result.success) throw new ConfigurationError(source, [...problemsOf(result.error, merged).map(withHint), ...problems]);
  if (problems.length > 0) throw new ConfigurationError(source, problems);
  return result.data;
}

const withHint = (problem: string): string =>
  problem === 'unknown key "strategy"'
    ? `${problem}: a run has a list of them, such as "strategies": [{"name": "breakout", "parameters": {…}}]`
    : problem;

/**
 * The given strategies with what they are silent about: of one that the base has, too, what it has there; else the usual values of the kind,
 * which is the one called like the strategy where none is given.
 */
function withStrategies(base: RunConfig, given: unknown, catalogue: StrategyCatalogue = {}): unknown {
  if (!isRecord(given) || !Array.isArray(given['strategies'])) return given;
  const strategies = given['strategies'].map((entry: unknown) => {
    if (!isRecord(entry) || typeof entry['name'] !== 'string') return entry;
    const { name, parameters = {}, ...rest } = entry;
    const known = base.strategies.find((one) => one.name === name);
    const kind = rest['kind'] ?? known?.kind ?? name;
    if (typeof kind !== 'string' || !isRecord(parameters)) return entry;
    const before = known?.kind === kind ? known.parameters : {};
    const whole = entryOf({ name, kind, parameters: { ...before, ...(parameters as StrategyEntry['parameters']) } }, catalogue);
    return { ...rest, ...whole };
  });
  return { ...given, strategies };
}

function strategyProblems(entries: readonly StrategyEntry[], catalogue: StrategyCatalogue | undefined): readonly string[] {
  return entries.flatMap((entry, at) => [
    ...(entries.findIndex(({ name }) => name === entry.name) < at
      ? [`strategies.${at}.name: there is one of that name before, got ${shortJson(entry.name)}`]
      : []),
    ...(catalogue === undefined ? [] : problemsOfEntry(entry, catalogue)).map(
      ({ field, value, expected }) => `strategies.${at}.${field}: expected ${expected}, got ${shortJson(value)}`,
    ),
  ]);
}

/**
 * What trades with real money has no defaults for what can lose it: the file states every key of `risk`, none of them as no limit at all, and how
 * orders are worked. @throws ConfigurationError that names all that is missing
 */
export async function requireStated(file: string | undefined): Promise<void> {
  const given = file === undefined ? {} : documentIn(file, await readGivenFile(file, 'configuration'), 'configuration');
  const { name: _, account: _account, followsBars: _bars, ...handling } = ALPACA_PAPER;
  const missing = unstated({ risk: SIMULATED_DEFAULTS.risk, broker: handling }, given);
  const open = isRecord(given) ? nullsIn(given['risk'], 'risk') : [];
  const problems = [
    ...(missing.length === 0
      ? []
      : [`an account with real money has no defaults, and these are not stated: ${missing.join(', ')}`]),
    ...(open.length === 0 ? [] : [`an account with real money has every limit, and these are null: ${open.join(', ')}`]),
  ];
  if (problems.length > 0) throw new ConfigurationError(file ?? '--config', problems);
}

/** Places at any depth where nothing is stated but null. */
function nullsIn(given: unknown, place: string): string[] {
  if (given === null) return [place];
  return isRecord(given) ? Object.entries(given).flatMap(([key, value]) => nullsIn(value, `${place}.${key}`)) : [];
}

/** Keys of `wanted`, at any depth, that `given` does not have. */
function unstated(wanted: object, given: unknown, path = ''): string[] {
  return Object.entries(wanted).flatMap(([key, value]: [string, unknown]) => {
    const place = `${path}${key}`;
    if (!isRecord(given) || !(key in given)) return [place];
    return isRecord(value) ? unstated(value, given[key], `${place}.`) : [];
  });
}

/** Where a scanner, a broker or the working of its large orders is configured and there was none, it is one with the defaults for what is left out. */
function withParts(base: RunConfig, given: unknown): RunConfig {
  const asksFor = (part: string, of: unknown = given): boolean => isRecord(of) && isRecord(of[part]);
  const broker = base.broker ?? (asksFor('broker') ? PAPER_EXCHANGE : null);
  const works = isRecord(given) && asksFor('working', given['broker']);
  return {
    ...base,
    scanner: base.scanner ?? (asksFor('scanner') ? SIMULATED_SCANNER : null),
    broker: broker === null ? null : { ...broker, working: broker.working ?? (works ? WORKING_RULES : null) },
  };
}

function overlay(base: unknown, over: unknown): unknown {
  if (!isRecord(base) || !isRecord(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = key in base ? overlay(base[key], value) : value;
  return merged;
}

/** SHA-256 of a configuration, or of one as it was recorded, as JSON with sorted keys. */
export const configHashOf = (config: RunConfig | JsonObject): string =>
  createHash('sha256').update(canonicalJson(config)).digest('hex');

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${fields.join(',')}}`;
}
