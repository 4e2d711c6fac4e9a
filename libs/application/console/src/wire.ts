/*
 * What the console tells a browser of a run. Times are milliseconds since 1970, prices and money in US dollars, shares in shares, and shares of
 * something (drawdown, probability) 0 … 1.
 *
 * 1. Every row and every part carries no time of its own when it was sent: `seq`, the place in the recording that they follow from, is what a
 *    reader goes on from.
 * 2. A row that was told before is replaced by a later one of its key. None is taken back: what has ended says so.
 */

/** One symbol as the run sees it now. */
export interface SymbolRow {
  readonly key: string;
  /** close of the last bar */
  readonly t: number;
  readonly close: number;
  /** the first close that was seen on this trade date */
  readonly firstClose: number;
  readonly volume: number;
  readonly quarantined: boolean;
  readonly forecast: SymbolForecast | null;
}

/** The law of a symbol's next close, at the quantiles of central intervals, and what its market is like. */
export interface SymbolForecast {
  readonly median: number;
  readonly low50: number;
  readonly high50: number;
  readonly low80: number;
  readonly high80: number;
  readonly low95: number;
  readonly high95: number;
  readonly velocityUp: number;
  readonly regime: 'calm' | 'normal' | 'turbulent';
  readonly isWarmingUp: boolean;
}

/** What is held of a symbol; none is left where `shares` is 0. */
export interface PositionRow {
  readonly key: string;
  readonly shares: number;
  readonly averageCost: number;
  readonly mark: number;
  readonly marketValue: number;
  readonly unrealised: number;
}

export interface SignalRow {
  readonly key: string;
  readonly t: number;
  readonly symbol: string;
  readonly strategy: string;
  readonly direction: 1 | -1;
  readonly reference: number;
  readonly stop: number;
  readonly target: number;
  readonly horizonMinutes: number;
  readonly meanBp: number;
  readonly sdBp: number;
  readonly velocityUp: number;
  readonly regime: 'calm' | 'normal' | 'turbulent';
  /** risk's answer: `approved`, or the gate that refused first */
  readonly answer: string;
}

/** What a gate found. */
export interface GateRow {
  readonly gate: string;
  readonly verdict: 'pass' | 'deny' | 'unknown';
  readonly value: string;
  readonly limit: string;
  readonly words: string;
}

export interface DenialRow {
  readonly key: string;
  readonly t: number;
  readonly symbol: string;
  readonly gate: string;
  readonly words: string;
  readonly trip: string;
  /** how many gates refused */
  readonly refusals: number;
}

export type OrderStatus = 'approved' | 'working' | 'open' | 'closed' | 'rejected' | 'canceled' | 'expired' | 'unknown';

export interface OrderStep {
  readonly t: number;
  readonly leg: string;
  readonly kind: string;
  readonly remaining: number;
  readonly reason: string;
}

export interface OrderRow {
  readonly key: string;
  readonly t: number;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly shares: number;
  readonly reference: number;
  readonly stop: number;
  readonly target: number;
  readonly exitAt: number;
  readonly signalId: string;
  readonly status: OrderStatus;
  readonly entered: number;
  readonly averageEntry: number;
  readonly left: number;
  readonly averageExit: number;
  readonly fees: number;
  readonly steps: readonly OrderStep[];
}

export interface FillRow {
  readonly key: string;
  readonly t: number;
  readonly orderId: string;
  readonly symbol: string;
  readonly leg: string;
  readonly side: 'buy' | 'sell';
  readonly shares: number;
  readonly price: number;
  readonly fee: number;
  readonly kind: string;
}

/** A halt; one that was resumed from stands no longer. */
export interface HaltRow {
  readonly key: string;
  readonly t: number;
  readonly kind: string;
  readonly by: string;
  readonly reason: string;
  readonly words: string;
  readonly stands: boolean;
}

/** What was commanded: recorded at `key`, a sequence, and in force from the interval that closes at `inForceAt` on; null: not yet. */
export interface CommandRow {
  readonly key: string;
  readonly t: number;
  readonly kind: string;
  readonly actor: string;
  readonly reason: string;
  readonly symbols: readonly string[];
  readonly inForceAt: number | null;
}

/** How often a gate refused first, and at all. */
export interface GateCountRow {
  readonly key: string;
  readonly first: number;
  readonly all: number;
}

/** The account at the close of an interval. */
export interface EquityRow {
  readonly key: string;
  readonly t: number;
  readonly equity: number;
  readonly drawdown: number;
}

export interface Tables {
  readonly symbols: readonly SymbolRow[];
  readonly positions: readonly PositionRow[];
  readonly signals: readonly SignalRow[];
  readonly denials: readonly DenialRow[];
  readonly orders: readonly OrderRow[];
  readonly fills: readonly FillRow[];
  readonly halts: readonly HaltRow[];
  readonly commands: readonly CommandRow[];
  readonly gates: readonly GateCountRow[];
  readonly equity: readonly EquityRow[];
}
export type TableName = keyof Tables;

/** What a run was begun with. */
export interface RunHead {
  readonly run: string;
  readonly kind: string;
  /** `simulated`, or the broker's name */
  readonly broker: string;
  /** whether it trades with real money */
  readonly isLive: boolean;
  readonly from: number;
  readonly to: number;
  readonly follows: string | null;
  readonly symbols: number;
  readonly shards: number;
  readonly timeframe: string;
  readonly strategies: readonly string[];
  readonly code: string;
}

export interface AccountPart {
  readonly equity: number;
  readonly equityBefore: number;
  readonly cash: number;
  readonly gross: number;
  readonly realised: number;
  readonly unrealised: number;
  readonly fees: number;
  readonly drawdown: number;
  /** the drawdown that halts */
  readonly drawdownHalt: number;
  readonly mode: 'active' | 'reduce-only' | 'halted';
  /** what the account forecasts of its own result, dollars; null where it holds nothing */
  readonly forecast: string | null;
  /** what is doubted of the account, in words */
  readonly doubts: readonly string[];
}

export interface MarketPart {
  readonly t: number;
  readonly phase: string;
  /** when the session of the day opens and closes; null on a day without one */
  readonly open: number | null;
  readonly close: number | null;
  readonly slices: number;
  readonly bars: number;
  /** D0 … D4 of a live market; null of bars that are played */
  readonly dataLevel: number | null;
  readonly dataReason: string;
  readonly counts: { readonly signals: number; readonly orders: number; readonly denials: number; readonly fills: number };
}

/** What has changed of a run since the place that a reader had seen. */
export interface Changes {
  /** the place up to which this tells everything */
  readonly seq: number;
  readonly head?: RunHead;
  readonly account?: AccountPart;
  readonly market?: MarketPart;
  readonly tables: { readonly [Name in TableName]?: Tables[Name] };
}

/** A run in the list of all. */
export interface RunRow {
  readonly run: string;
  readonly kind: string;
  readonly state: string;
  readonly created: string;
  readonly from: string;
  readonly to: string;
  readonly symbols: number;
  readonly messages: number;
  readonly bytes: number;
  readonly problem: string | null;
}

export type Role = 'viewer' | 'operator' | 'risk-officer' | 'admin';

/** A command that somebody may not, or not alone, have recorded, and that another person decides on. */
export interface ProposalRow {
  readonly key: string;
  /** of all of it: what is decided on is what was shown */
  readonly hash: string;
  readonly by: string;
  readonly from: 'agent' | 'person';
  readonly at: number;
  readonly kind: string;
  /** what it would do */
  readonly words: string;
  readonly reason: string;
  /** whose approval it takes */
  readonly needs: Role;
  /** whether the name of the run is typed to approve it: more can be lost after it than before */
  readonly isTyped: boolean;
  /** `late`: nobody may approve it any more; `unrecorded`: approved, and not known to be in the recording */
  readonly standing: 'open' | 'late' | 'approved' | 'rejected' | 'unrecorded';
  readonly decidedBy: string;
  readonly decidedBecause: string;
  /** where its command stands in the recording */
  readonly seq: number | null;
}

/** A gate between a run and real money, as it was asked. */
export interface ReadinessGateRow {
  readonly key: string;
  readonly isMet: boolean;
  /** what was found, and what it is held against; `not known` is not met */
  readonly value: string;
  readonly limit: string;
  readonly words: string;
  /** what somebody does about it where it is not met */
  readonly todo: string;
}

/** Whether a run may be armed for real money, with what that rests on, and whether it is armed. */
export interface ReadinessPart {
  readonly run: string;
  readonly isLive: boolean;
  /** its trade date, and when it was looked at */
  readonly date: string;
  readonly at: number;
  readonly isReady: boolean;
  /** whether all gates but those of the days behind it are met */
  readonly isPreOpenMet: boolean;
  readonly gates: readonly ReadinessGateRow[];
  /** the trading dates that are asked for, the latest first, each with why it is not clean; null: it is */
  readonly days: readonly { readonly date: string; readonly problem: string | null }[];
  /** how many of them are clean in succession up to the latest */
  readonly cleanDays: number;
  /** of the limits that were approved last */
  readonly approval: { readonly hash: string; readonly by: string; readonly reason: string; readonly at: number } | null;
  /** the last test of the run's kill switch; `heardMs` null: services had not read it in time */
  readonly killSwitch: {
    readonly date: string;
    readonly seq: number;
    readonly heardMs: number | null;
    readonly at: number;
  } | null;
  /** who armed it by its recording, and nobody has disarmed it since */
  readonly armed: { readonly by: string; readonly reason: string; readonly date: string } | null;
}

/** Work that was started here: a backtest, a replay, a report. */
export interface JobRow {
  readonly key: string;
  readonly kind: 'backtest' | 'replay' | 'report';
  /** what it works on */
  readonly about: string;
  readonly by: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly state: 'running' | 'done' | 'failed' | 'stopped';
  /** how far it has come, 0 … 1; null where nobody can tell */
  readonly share: number | null;
  /** the recording that it left, or is about */
  readonly run: string | null;
  /** whether a replay came to the digest of its recording; null of other work, of one that has not ended, and where that cannot be read */
  readonly isSame: boolean | null;
  /** its last words: of one that failed the reason */
  readonly words: string;
}

/** A runbook in the list of all. */
export interface RunbookRow {
  readonly key: string;
  readonly title: string;
  /** all its words, to be searched */
  readonly text: string;
}

/** Who is looking. */
export interface SessionPart {
  readonly name: string;
  readonly role: Role;
  /** of every request that changes something, as `x-csrf-token` */
  readonly csrf: string;
  /** how people come in: by the token that was printed, or by an identity provider */
  readonly mode: 'local' | 'oidc';
  readonly version: string;
  /** the very code of the console, as runs say by whose they were written */
  readonly code: string;
}
