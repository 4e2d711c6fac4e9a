import { SESSION_PARTS, type EntryLimits, type RiskConfig } from './config.ts';

/*
 * Limits that an operator can make smaller while a run goes on. Each lets pass what is at most the limit, so a smaller one never lets more in.
 *
 * 1. No command lets in more than the run's configuration does.
 */

const OF_RISK = [
  'kellyFraction',
  'symbolNotionalFractionMax',
  'grossNotionalFractionMax',
  'expectedShortfallFractionMax',
  'orderNotionalMax',
  'openOrdersMax',
  'stopDistanceFractionMax',
  'drawdownFractionHalt',
  'drawdownFractionSoft',
  'dailyLossFractionHalt',
] as const satisfies readonly (keyof RiskConfig)[];

const OF_ENTRIES = [
  'orderSharesMax',
  'dayVolumeFractionMax',
  'barVolumeFractionMax',
  'netNotionalFractionMax',
  'sectorNotionalFractionMax',
  'collarFractionMax',
  'exitVolumeFractionMax',
  'symbolMessagesMax',
  'perIntervalMax',
  'repeatedMax',
] as const satisfies readonly (keyof EntryLimits)[];

type OfRisk = (typeof OF_RISK)[number];
type OfEntries = (typeof OF_ENTRIES)[number];

/** By their names in a configuration's part `risk`. */
export const OPERATOR_LIMITS = [
  ...OF_RISK,
  ...OF_ENTRIES.map((key) => `entryLimits.${key}` as const),
  ...SESSION_PARTS.map((part) => `entryLimits.perSessionPartMax.${part}` as const),
] as const;
export type OperatorLimit = (typeof OPERATOR_LIMITS)[number];

/** Whether a limit counts something, or is of a share. */
export const isWholeLimit = (limit: OperatorLimit): boolean => !limit.includes('Fraction');

/** One limit as an operator commands it, in the configuration's unit; null: as it is configured. */
export interface CommandedLimit {
  readonly limit: OperatorLimit;
  readonly most: number | null;
}

/** Limits that stand as commanded, by their names. */
export type StandingLimits = ReadonlyMap<OperatorLimit, number>;

/** What stands after a command. */
export function afterLimits(standing: StandingLimits, commanded: readonly CommandedLimit[]): StandingLimits {
  const after = new Map(standing);
  for (const { limit, most } of commanded) {
    if (most === null) after.delete(limit);
    else after.set(limit, most);
  }
  return after;
}

/** The configured value of a limit; null where there is none. */
export function limitIn({ entryLimits, ...risk }: RiskConfig, limit: OperatorLimit): number | null {
  const own = OF_RISK.find((key) => key === limit);
  if (own !== undefined) return risk[own];
  const ofEntries = OF_ENTRIES.find((key) => `entryLimits.${key}` === limit);
  if (ofEntries !== undefined) return entryLimits[ofEntries];
  const part = SESSION_PARTS.find((key) => `entryLimits.perSessionPartMax.${key}` === limit);
  return part === undefined ? null : entryLimits.perSessionPartMax[part];
}

/** The rules with every limit as small as it is configured and commanded. */
export function tightened<Rules extends RiskConfig>(rules: Rules, standing: StandingLimits): Rules {
  if (standing.size === 0) return rules;
  const smaller = (limit: OperatorLimit): number | null => smallest(limitIn(rules, limit), standing.get(limit));
  const of = <Key extends string>(keys: readonly Key[], prefix: '' | 'entryLimits.' | 'entryLimits.perSessionPartMax.') =>
    Object.fromEntries(keys.map((key) => [key, smaller(`${prefix}${key}` as OperatorLimit)]));
  const perSessionPartMax = of(SESSION_PARTS, 'entryLimits.perSessionPartMax.') as EntryLimits['perSessionPartMax'];
  const entryLimits = {
    ...rules.entryLimits,
    ...(of(OF_ENTRIES, 'entryLimits.') as Pick<EntryLimits, OfEntries>),
    perSessionPartMax,
  };
  return { ...rules, ...(of(OF_RISK, '') as Pick<RiskConfig, OfRisk>), entryLimits };
}

/** What is not a number lets nothing in: it is handed on, and gates refuse it. */
function smallest(configured: number | null, commanded: number | undefined): number | null {
  if (commanded === undefined) return configured;
  return configured === null ? commanded : Math.min(configured, commanded);
}
