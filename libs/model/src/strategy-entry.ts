/** Values of a strategy's parameters, by their names. */
export type StrategyParameters = Readonly<Record<string, number>>;

/** One strategy that a run trades by. */
export interface StrategyEntry {
  /** stands in its signals, and what is learned of them is learned of the name; no two strategies of a run share one */
  readonly name: string;
  /** which strategy it is, of those that there are */
  readonly kind: string;
  readonly parameters: StrategyParameters;
}

/** What a parameter of a strategy may be. */
export interface ParameterRule {
  /** what it is and its unit, for people */
  readonly what: string;
  /** where a configuration is silent */
  readonly usual: number;
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
  /** whether what is remembered of bars depends on it: with another value a strategy warms up anew */
  readonly isWindow: boolean;
  /** whether it shapes how a position is held and left, and nothing that is signalled or claimed: what claims came to outlives a change of it */
  readonly isOfPosition?: boolean;
}

/** The rules of a strategy's parameters, by their names. */
export type ParameterRules<Name extends string = string> = Readonly<Record<Name, ParameterRule>>;

/** The rules of every kind of strategy, by the kinds. */
export type StrategyCatalogue = Readonly<Record<string, ParameterRules>>;

/** What is wrong with a strategy's entry: the field, such as `parameters.atrBars`, and what is to be there. */
export interface EntryProblem {
  readonly field: string;
  readonly value: unknown;
  readonly expected: string;
}

/** All that is wrong with an entry of a catalogue's kinds; nothing where it is right. */
export function problemsOfEntry({ kind, parameters }: StrategyEntry, catalogue: StrategyCatalogue): readonly EntryProblem[] {
  const rules = Object.hasOwn(catalogue, kind) ? catalogue[kind] : undefined;
  if (rules === undefined)
    return [{ field: 'kind', value: kind, expected: `one of ${Object.keys(catalogue).sort().join(', ') || 'none'}` }];
  return parameterProblems(parameters, rules).map(({ field, ...rest }) => ({ field: `parameters.${field}`, ...rest }));
}

/** All that is wrong with the values of parameters: one that is missing, unknown, or not what it may be. */
export function parameterProblems(values: StrategyParameters, rules: ParameterRules): readonly EntryProblem[] {
  const unknown = Object.keys(values).filter((name) => !Object.hasOwn(rules, name));
  return [
    ...unknown.map((field) => ({
      field,
      value: field,
      expected: `one of ${Object.keys(rules).join(', ')}`,
    })),
    ...Object.entries(rules).flatMap(([field, { min, max, isWhole }]) => {
      const value = Object.hasOwn(values, field) ? values[field] : undefined;
      const isRight = value !== undefined && value >= min && value <= max && (!isWhole || Number.isSafeInteger(value));
      return isRight ? [] : [{ field, value, expected: `a ${isWhole ? 'whole ' : ''}number from ${min} to ${max}` }];
    }),
  ];
}

/** An entry with the usual value of each parameter that it is silent about. An unknown kind has none. */
export function entryOf(
  { name, kind, parameters }: Pick<StrategyEntry, 'name' | 'kind' | 'parameters'>,
  catalogue: StrategyCatalogue,
): StrategyEntry {
  const rules = Object.hasOwn(catalogue, kind) ? (catalogue[kind] ?? {}) : {};
  const usual = Object.fromEntries(Object.entries(rules).map(([field, rule]) => [field, rule.usual]));
  return { name, kind, parameters: { ...usual, ...parameters } };
}

/** The parameters in which what two strategies of a kind claim may differ, by their names; others shape how positions are held. */
export function claimDifferences(
  a: Pick<StrategyEntry, 'kind' | 'parameters'>,
  b: Pick<StrategyEntry, 'parameters'>,
  catalogue: StrategyCatalogue,
): readonly string[] {
  const rules = Object.hasOwn(catalogue, a.kind) ? (catalogue[a.kind] ?? {}) : {};
  return Object.keys({ ...a.parameters, ...b.parameters }).filter(
    (name) => a.parameters[name] !== b.parameters[name] && rules[name]?.isOfPosition !== true,
  );
}
