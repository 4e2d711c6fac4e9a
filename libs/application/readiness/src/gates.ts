/*
 * Whether a run with real money may be armed: gates in a fixed order, each with what was found and what it is held against.
 *
 * 1. What is not known is not met: a figure that is missing, or is no number, refuses.
 * 2. All gates are asked, whatever the first one says.
 * 3. There is no gate that anybody may step over.
 */

/** What is known of a run and its account, as it was looked at. Undefined is what nobody knows. */
export interface Evidence {
  /** trading dates in succession up to the one before the run's whose paper run is clean by its parity record */
  readonly paperDays: number | undefined;
  /** why the date before those is not clean; empty where that was not looked at */
  readonly paperProblem: string;
  /** services that do not run, or run another version than this program */
  readonly otherServices: number | undefined;
  /** which these are; empty where there are none */
  readonly fleetProblem: string;
  /** intervals that wait in the service that has the most of them */
  readonly lag: number | undefined;
  /** seconds since the last interval was recorded */
  readonly dataAgeSeconds: number | undefined;
  /** 0 (D0) to 4 (D4) */
  readonly dataLevel: number | undefined;
  /** SHA-256 of the limits that the run was begun with, and of those that somebody approved */
  readonly limitsHash: string | undefined;
  readonly approvedHash: string | undefined;
  /** orders of which nobody knows what became */
  readonly unknownOrders: number | undefined;
  /** differences from the broker's account that nobody has explained, and other doubts of execution's */
  readonly doubts: number | undefined;
  /** halts that stand */
  readonly halts: number | undefined;
  /** of today's test of the kill switch: milliseconds until every service that acts on a command had read it */
  readonly killSwitchMs: number | undefined;
}

/** What gates hold against. */
export interface ReadinessLimits {
  /** clean paper days that are asked for */
  readonly paperDays: number;
}

export const PAPER_DAYS_DEFAULT = 20;
/** A minute, and what it may be late. */
const DATA_AGE_SECONDS_MAX = 90;
/** One vendor down, another one gives the bars. */
const DATA_LEVEL_MAX = 1;
const KILL_SWITCH_MS_MAX = 10_000;

/** A gate as it was asked. */
export interface ReadinessGate {
  readonly name: GateName;
  readonly isMet: boolean;
  /** what was found; null: not known */
  readonly value: number | string | null;
  /** what it is held against; null: not known */
  readonly limit: number | string | null;
  readonly words: string;
}

type Gate = (evidence: Evidence, limits: ReadinessLimits) => Omit<ReadinessGate, 'name'>;

const atMost =
  (of: (evidence: Evidence) => number | undefined, limit: number, words: string): Gate =>
  (evidence) => {
    const value = finite(of(evidence));
    return { isMet: value !== undefined && value >= 0 && value <= limit, value: value ?? null, limit, words };
  };

const none = (of: (evidence: Evidence) => number | undefined, words: string): Gate => atMost(of, 0, words);

const finite = (value: number | undefined): number | undefined => (Number.isFinite(value) ? value : undefined);

const HASH = /^[0-9a-f]{64}$/;

const GATES = {
  'paper-days': ({ paperDays, paperProblem }, limits) => {
    const [value, limit] = [finite(paperDays), finite(limits.paperDays)];
    const isMet = value !== undefined && limit !== undefined && limit >= 1 && value >= limit;
    const why = isMet || paperProblem === '' ? '' : `: ${paperProblem}`;
    return { isMet, value: value ?? null, limit: limit ?? null, words: `paper days in succession that parity found clean${why}` };
  },
  fleet: (evidence, limits) => {
    const words = 'services that do not run, or are of another version';
    const { fleetProblem: which } = evidence;
    return none(({ otherServices }) => otherServices, which === '' ? words : `${words}: ${which}`)(evidence, limits);
  },
  lag: none(({ lag }) => lag, 'intervals that wait in a service, and subjects that it has not read to their last message'),
  'data-age': atMost(({ dataAgeSeconds }) => dataAgeSeconds, DATA_AGE_SECONDS_MAX, 'seconds since the last interval'),
  'data-level': atMost(({ dataLevel }) => dataLevel, DATA_LEVEL_MAX, 'how far the data cannot be relied on, D0 to D4'),
  limits: ({ limitsHash, approvedHash }) => {
    const isMet = limitsHash !== undefined && HASH.test(limitsHash) && limitsHash === approvedHash;
    const words = 'the limits of the run, which have to be those that were approved';
    return { isMet, value: limitsHash ?? null, limit: approvedHash ?? null, words };
  },
  'unknown-orders': none(({ unknownOrders }) => unknownOrders, 'orders of which nobody knows what became'),
  doubts: none(({ doubts }) => doubts, 'breaks and other doubts of the account'),
  halts: none(({ halts }) => halts, 'halts that stand'),
  'kill-switch': atMost(
    ({ killSwitchMs }) => killSwitchMs,
    KILL_SWITCH_MS_MAX,
    "milliseconds until the services had heard today's test of the kill switch",
  ),
} as const satisfies Readonly<Record<string, Gate>>;

export type GateName = keyof typeof GATES;
/** All gates, in the order in which they are asked and told. */
export const READINESS_GATES = Object.keys(GATES) as readonly GateName[];
/** Those that are about the paper days behind the run, and not about the run itself. */
const BEHIND: readonly GateName[] = ['paper-days'];

/** Whether a run may be armed, gate by gate. */
export interface ReadinessVerdict {
  readonly isReady: boolean;
  /** whether all gates but those of the days behind it are met: the pre-open gate */
  readonly isPreOpenMet: boolean;
  readonly gates: readonly ReadinessGate[];
}

/** Asks every gate. */
export function verdictOn(evidence: Evidence, limits: ReadinessLimits): ReadinessVerdict {
  const gates = READINESS_GATES.map((name) => ({ name, ...GATES[name](evidence, limits) }));
  const areMet = (some: readonly ReadinessGate[]): boolean => some.every(({ isMet }) => isMet);
  return { isReady: areMet(gates), isPreOpenMet: areMet(gates.filter(({ name }) => !BEHIND.includes(name))), gates };
}

/** A gate in a sentence: what was found, and what it is held against. */
export const gateText = ({ name, isMet, value, limit, words }: ReadinessGate): string =>
  `${isMet ? 'met' : 'NOT MET'}  ${name}: ${shownFigure(value)}, limit ${shownFigure(limit)} (${words})`;

const SHOWN_DIGITS = 12;
/** What a gate found, or is held against, as it is shown: of a hash its first digits. */
export function shownFigure(value: ReadinessGate['value']): string {
  if (value === null) return 'not known';
  return typeof value === 'string' && HASH.test(value) ? `${value.slice(0, SHOWN_DIGITS)}…` : String(value);
}
