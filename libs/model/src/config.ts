import type { Regime } from './state.ts';
import type { StrategyEntry } from './strategy-entry.ts';
import type { Cash, EpochMs } from './units.ts';

/** One figure for each of REGIMES. */
export type PerRegime = Readonly<Record<Regime, number>>;

/** Parameters of the probability stage. A step is one bar's length, of daily bars a session and a night. */
export interface ProbabilityConfig {
  /** stationary sd of the velocity per step, as a share of the price's sd per step */
  readonly velocityGain: number;
  readonly velocityHalfLifeBars: number;
  /** variance of the observation noise, as a share of the variance per step */
  readonly observationNoise: number;
  /** sd per square root of a trading minute before the first bar */
  readonly volatilityPriorBp: number;
  /** weight that the bank of variances spreads evenly at every bar */
  readonly expertShare: number;
  /** weight of a bar in the variance factor of its time of day, or of its kind of night */
  readonly sessionGain: number;
  /** speed of the raw and of the adapted quantiles: the step of ln(factor) at a miss is about gain / √(tail probability) */
  readonly rawGain: number;
  readonly adaptedGain: number;
  /** sd that an innovation counts at most in variances, factors and regimes */
  readonly winsorZ: number;
  /** |z| beyond which the filter believes a close the less the further out it is */
  readonly softZ: number;
  /** |z| beyond which a bar is suspect, and waits for the next one to confirm it */
  readonly suspectZ: number;
  /** half-life of the running means of coverage and scores, in forecasts of one session */
  readonly calibrationHalfLifeBars: number;
  readonly warmUpBars: number;
  /** per bar: P(calm stays calm), P(normal turns calm), P(normal turns turbulent), P(turbulent stays turbulent) */
  readonly calmStay: number;
  readonly normalToCalm: number;
  readonly normalToTurbulent: number;
  readonly turbulentStay: number;
  /** scale of the innovation's Student t with 4 degrees of freedom, in sd of the symbol's long past */
  readonly regimeReturnScales: PerRegime;
  /** mean and sd of ln(variance of the last bars), less its own mean over the long past */
  readonly regimeVarianceMeans: PerRegime;
  readonly regimeVarianceSds: PerRegime;
  /** bars that the long past reaches back */
  readonly regimeMemoryBars: number;
  /** the announced regime changes to one whose probability was above this for so many bars */
  readonly labelProbabilityMin: number;
  readonly labelBars: number;
}

/** Parts of a trade date that entries are counted in; OPEN, MIDDAY and CLOSE are the regular hours. */
export const SESSION_PARTS = ['PRE', 'OPEN', 'MIDDAY', 'CLOSE', 'POST', 'OVERNIGHT'] as const;
export type SessionPart = (typeof SESSION_PARTS)[number];

/** What an entry may be beside the market, and how often; each the limit of a gate. */
export interface EntryLimits {
  /** shares of one order */
  readonly orderSharesMax: number;
  /** an order's share of its symbol's mean volume of a day, and of the volume of its last bar; null: whatever trades */
  readonly dayVolumeFractionMax: number | null;
  readonly barVolumeFractionMax: number | null;
  /** largest sum of all positions on one side less those on the other, and of one sector; fractions of equity */
  readonly netNotionalFractionMax: number;
  readonly sectorNotionalFractionMax: number;
  /** sectors by name; symbols that none of them has are one of their own */
  readonly sectors: readonly { readonly name: string; readonly symbols: readonly string[] }[];
  /** symbols that are never entered */
  readonly restricted: readonly string[];
  /** largest move from one close to the next that an entry rests on, a fraction of the one before; null: any */
  readonly collarFractionMax: number | null;
  /** oldest mark of what is held, minutes; null: any */
  readonly marksMinutesMax: number | null;
  /** share of what is expected to trade while positions are flattened that one order may be; null: any */
  readonly exitVolumeFractionMax: number | null;
  /** fee for shares to sell short that an entry rests on at most, as a share of their value a year; null: any */
  readonly borrowRateMax: number | null;
  /** orders and events of orders in one symbol within an hour */
  readonly symbolMessagesMax: number;
  /** how long after its close an interval's bars may become known */
  readonly barsLateMsMax: number;
  /** orders of which the broker has not said what became of them */
  readonly unknownOrdersMax: number;
  /** entries approved in one interval; in one symbol by one strategy between two resumes or, below the limit, in one session */
  readonly perIntervalMax: number;
  readonly repeatedMax: number;
  /** minutes that OPEN and CLOSE have, and entries approved in each part of a session */
  readonly openMinutes: number;
  readonly closeMinutes: number;
  readonly perSessionPartMax: Readonly<Record<SessionPart, number>>;
}

/** As many as can be counted without a limit. */
const ANY = 1_000_000;
const ANY_SHARES = 9_000_000;

/** How entries went before each of these could be configured: a recording without them went so. */
export const ENTRY_LIMITS_BEFORE_KEYS: EntryLimits = {
  orderSharesMax: ANY_SHARES,
  dayVolumeFractionMax: null,
  barVolumeFractionMax: null,
  netNotionalFractionMax: ANY,
  sectorNotionalFractionMax: ANY,
  sectors: [],
  restricted: [],
  collarFractionMax: null,
  marksMinutesMax: null,
  exitVolumeFractionMax: null,
  borrowRateMax: null,
  symbolMessagesMax: ANY,
  barsLateMsMax: Number.MAX_SAFE_INTEGER - 1,
  unknownOrdersMax: ANY,
  perIntervalMax: ANY,
  repeatedMax: ANY,
  openMinutes: 0,
  closeMinutes: 0,
  perSessionPartMax: { PRE: ANY, OPEN: ANY, MIDDAY: ANY, CLOSE: ANY, POST: ANY, OVERNIGHT: ANY },
};

/** How claims are believed: the prior of the slope of outcome on claim, of each strategy. A slope of 1 is what the strategy claims, 0 none. */
export interface EdgeConfig {
  readonly slope: number;
  readonly slopeError: number;
  /** sessions after which what came of claims weighs half */
  readonly halfLifeSessions: number;
  /** outcomes after which the last ones, by themselves, weigh half: an edge that ends is noticed by them */
  readonly halfLifeOutcomes: number;
  /** outcomes that a strategy must have shown before anything is staked on it */
  readonly outcomesMin: number;
  /** what was learned of strategies on history; of a strategy that has none the prior is that of above */
  readonly priors: readonly EdgePrior[];
}

/** What the claims of a strategy came to on bars up to an interval: its prior from then on, and before that nobody's. */
export interface EdgePrior {
  readonly strategy: string;
  readonly slope: number;
  readonly slopeError: number;
  /** claims that came to an end */
  readonly outcomes: number;
  /** close of the last bar that it was learned from */
  readonly until: EpochMs;
}

/** What risk may risk. Fractions are of equity. */
export interface RiskConfig {
  readonly startingCash: Cash;
  readonly kellyFraction: number;
  /** share of the stake that is left in each regime */
  readonly regimeBudget: PerRegime;
  /** a symbol whose 95 % intervals held fewer of its late closes than `coverage95Full` gets `poorCalibrationBudget` of the stake */
  readonly coverage95Full: number;
  readonly poorCalibrationBudget: number;
  /** and one whose intervals held fewer than this, or were put to the test less often than `calibrationBarsMin` times, none */
  readonly coverage95Min: number;
  readonly calibrationBarsMin: number;
  /** sd of the error of a signal's mean, as a share of the signal's sd */
  readonly edgeError: number;
  /** null: claims are believed as they are stated */
  readonly edge: EdgeConfig | null;
  readonly symbolNotionalFractionMax: number;
  readonly grossNotionalFractionMax: number;
  /** mean loss of the account in its worst 2.5 %, up to the close, that entries may bring it to */
  readonly expectedShortfallFractionMax: number;
  /** minutes from one forecast of the account that is recorded to the next, counted back from the close; null: none is recorded */
  readonly forecastMinutes: number | null;
  readonly buyingPowerMultiple: number;
  /** `us-equities`: an entry is what the law of its trade date lets the account do; `none`: nothing of that is asked */
  readonly regulation: 'none' | 'us-equities';
  /** the trade date from which on the broker goes by the intraday margin standard, `YYYY-MM-DD` */
  readonly intradayMarginFrom: string;
  /** by how much more than the law asks for an account has to be covered, as a share of that */
  readonly marginBufferFraction: number;
  /** most day trades within five business days, by the house's own wish; 0: as many as the law lets be */
  readonly dayTradesMax: number;
  /** an entry short in a symbol of which nobody could tell yet whether Rule 201 holds */
  readonly shortSaleUnknown: 'refuse' | 'let';
  readonly orderNotionalMin: Cash;
  readonly orderNotionalMax: Cash;
  readonly openOrdersMax: number;
  readonly stalenessMinutesMax: number;
  readonly stopDistanceFractionMax: number;
  readonly drawdownFractionHalt: number;
  /** fall from the highest equity from which on sizes are cut, down to nothing at the one that halts; null: they never are */
  readonly drawdownFractionSoft: number | null;
  /** loss of a trade date at which entries are halted, a fraction of the equity that it began with; null: there is no such limit */
  readonly dailyLossFractionHalt: number | null;
  /** what ends that halt: an operator's resume alone, or the next trade date, too */
  readonly dailyLossUntil: 'resume' | 'next-date';
  readonly noEntryMinutesBeforeClose: number;
  readonly flattenMinutesBeforeClose: number;
  readonly shortAllowed: boolean;
  /** whether an entry may be made OVERNIGHT, where the bars' venue has a night */
  readonly overnightAllowed: boolean;
  readonly entryLimits: EntryLimits;
}

/** What the risk stage goes by: the limits, what entries may be made in (the whole universe, or where there is a scanner its lists), and what
 * they are reckoned to cost. */
export interface RiskRules extends RiskConfig {
  readonly entriesIn: 'universe' | 'watchlist';
  /**
   * when entries are taken: by the simulated broker, and an exchange that trades by its rules, at any hour; as limits before and after regular
   * hours, too; at market in those alone
   */
  readonly entryHours: 'any-hour' | 'extended-hours' | 'regular-hours';
  /** what trading is expected to cost: what the simulated broker takes */
  readonly costs: SimulationConfig;
}

/** The simulated broker: what trading costs, and how much of a bar it takes. */
export interface SimulationConfig {
  readonly halfSpreadBpRegular: number;
  readonly halfSpreadBpExtended: number;
  /**
   * `estimated`: half the spread of a symbol in a part of the day is what the run's own bars before tell; the two figures above stand in
   * where they do not tell enough
   */
  readonly spread: 'fixed' | 'estimated';
  /** half a spread that is estimated is never taken to be less */
  readonly halfSpreadFloorBp: number;
  /** sessions that an estimate reaches back: each counts for 1 − 1/sessions of the one after it */
  readonly spreadSessions: number;
  /** what a market order pays besides, whatever its size */
  readonly slippageBp: number;
  /** impact in basis points of an order as large as the whole bar's volume; it grows with the square root of the share */
  readonly impactBp: number;
  /** largest share of a bar's volume that one order may take */
  readonly participationMax: number;
  /** how long after it was given an order is at the market, milliseconds: it trades in bars that begin then or later */
  readonly latencyMs: number;
  /** the broker's own fee */
  readonly feePerShareDollars: number;
  /** `regulatory`: besides the broker's own, what the SEC, FINRA and the audit trail charge, by the date */
  readonly fees: 'per-share' | 'regulatory';
  /** fee for shares that are sold short and not bought back by the end of the day, as a share of their value a year */
  readonly borrowRatePerYear: number;
}

/** How the simulated broker went before each of these could be configured: a recording without them went so. */
export const COSTS_BEFORE_KEYS = {
  spread: 'fixed',
  halfSpreadFloorBp: 0.5,
  spreadSessions: 5,
  slippageBp: 0,
  latencyMs: 0,
  fees: 'per-share',
  borrowRatePerYear: 0,
} as const satisfies Partial<SimulationConfig>;

/** What a scan weighs: a score is the sum of the weighted figures, in the units told here. A figure of weight 0 is not asked for. */
export interface ScanWeights {
  /** per 1 % of gap, up or down */
  readonly gap: number;
  /** per factor e of relative volume */
  readonly relativeVolume: number;
  /** per 1 % of range */
  readonly range: number;
  /** per standard deviation of the velocity, up or down */
  readonly trend: number;
  /** off the score, per 1 % of the next close's standard deviation */
  readonly uncertainty: number;
}

/** The scanner: when it looks, what it lets through, and how it ranks. */
export interface ScannerConfig {
  /** minutes of the day in New York; daily bars are scanned at each close */
  readonly times: readonly number[];
  /** symbols on a list */
  readonly top: number;
  readonly priceMinDollars: number;
  readonly priceMaxDollars: number;
  /** mean of a whole day's volume times the last regular close */
  readonly dollarVolumeMin: number;
  /** days that means of volume reach back, and fewest that one is made of */
  readonly volumeDays: number;
  readonly volumeDaysMin: number;
  /** a symbol whose last bar is older is not listed */
  readonly staleMinutesMax: number;
  /** added to the score of a symbol that the trade date's list before this one had */
  readonly stayScore: number;
  readonly weights: ScanWeights;
}

/** Whom execution can trade with, besides the simulated broker. */
export const BROKER_NAMES = ['alpaca', 'exchange'] as const;
export type BrokerName = (typeof BROKER_NAMES)[number];

/** How an order that is large beside what trades is entered in children. Each of the figures can lose money. */
export interface WorkingRules {
  /** an order of more than this share of the mean volume of an interval, in this part of the day so far, is worked */
  readonly largerThanShareOfVolume: number;
  /** `twap`: in equal parts over its time; `participation`: a share of what trades */
  readonly algorithm: 'twap' | 'participation';
  /** of a participation: share of all shares that are seen to trade; above 0, at most 1 */
  readonly share: number;
  /** of a schedule: minutes from one part to the next, and how many parts one child may make up for at most */
  readonly everyMinutes: number;
  readonly catchUpMax: number;
  /** largest share of the shares that traded in the last interval that one child may be; above 0, at most 1 */
  readonly participationMax: number;
  /** how long an order is worked at most; its exit time and the close end it, too */
  readonly minutesMax: number;
}

/** How orders are worked at a broker. Each of the figures can lose money. */
export interface OrderHandling {
  /**
   * `marketable-limit`: by the hours, and never without a limit. `market`: as the simulated broker has it, at market with exits that protect
   * from the first fill on, whatever the hour; for an exchange that trades by the simulator's rules alone.
   */
  readonly entries: 'marketable-limit' | 'market';
  /** how much worse than the reference an entry or a closing order may trade, in basis points */
  readonly collarBpRegular: number;
  readonly collarBpExtended: number;
  /** an entry that is older is not asked for, or not any more, in milliseconds of event time */
  readonly entryAgeMsMax: number;
  /** how long a cancel may go unanswered before it is asked for again */
  readonly cancelMsMax: number;
  /** how long a bracket may have filled without its exits at work; then it is called off, and its exits are ours */
  readonly unprotectedMsMax: number;
  /** exits of one order that may be refused in a row; then its stop is watched, and its symbol is not entered */
  readonly exitRefusalsMax: number;
  /** null: every entry is asked for whole */
  readonly working: WorkingRules | null;
}

/** What an account may differ by from what is known of it, and for how long. */
export interface ReconciliationRules {
  /** how long a difference may stand while words keep coming that could explain it, and how long a break may before it is overdue; milliseconds of event time */
  readonly breakMsMax: number;
  /** cash that need not be explained: what the broker rounds, and takes for its data and the like; units of cash */
  readonly cashDriftMax: Cash;
  /** and in basis points of all that was traded: what regulators take at the end of the day (SEC §31 0.21 of sales, TAF 0.4 at 5 dollars a share) */
  readonly cashDriftBp: number;
}

/** The broker that a run trades with. */
export interface BrokerConfig extends OrderHandling {
  readonly name: BrokerName;
  /** whose money: `live` is real */
  readonly account: 'paper' | 'live';
  /** whether it trades the run's own bars, and is asked to live through each interval */
  readonly followsBars: boolean;
  readonly reconciliation: ReconciliationRules;
}

/** Everything that shapes a run's decisions; it is recorded whole in the manifest. */
export interface RunConfig {
  readonly probability: ProbabilityConfig;
  /** the strategies that it trades by, each under a name of its own */
  readonly strategies: readonly StrategyEntry[];
  readonly risk: RiskConfig;
  readonly simulation: SimulationConfig;
  /** null: no scanner, and the run trades its universe */
  readonly scanner: ScannerConfig | null;
  /** null: the simulated broker, inside execution */
  readonly broker: BrokerConfig | null;
}

/** The rules of a run's risk stage. */
export const riskRulesOf = ({ risk, scanner, simulation, broker }: RunConfig): RiskRules => ({
  ...risk,
  costs: simulation,
  entriesIn: scanner === null ? 'universe' : 'watchlist',
  entryHours: entryHoursOf(broker),
});

function entryHoursOf(broker: BrokerConfig | null): RiskRules['entryHours'] {
  if (broker?.entries === 'marketable-limit') return 'extended-hours';
  return broker === null || broker.followsBars ? 'any-hour' : 'regular-hours';
}
