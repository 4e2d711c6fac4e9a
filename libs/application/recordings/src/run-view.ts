import { newCalendarCursor, type CalendarCursor } from '@aitrader/core-sessions';
import { actionsDue, hearActions, newAgenda, type ActionAgenda } from '@aitrader/core-market';
import { applyAction, applyFill, markToMarket, newLedger, payDividends, writeOff, type Ledger } from '@aitrader/core-portfolio';
import {
  freshWriteOff,
  isQuarantined,
  item,
  PPM,
  priceFromDollars,
  read,
  readUint32,
  type Cash,
  type Closing,
  type Control,
  type CorporateAction,
  type DataLevel,
  type Denial,
  type EpochMs,
  type Fill,
  type Manifest,
  type Signal,
  endsEntries,
} from '@aitrader/model';
import { ledgerOf } from '@aitrader/application-pipeline';
import {
  actionCounts,
  newGateTally,
  signalsInOrder,
  type GateTally,
  type ActionsOfKind,
  type Interval,
} from '@aitrader/runtime-engine';

/** Facts of each kind that a view keeps. */
const ROWS_KEPT = 6;

/** Why nothing new is approved, and since when. */
export type ViewedHalt =
  | { readonly by: 'operator'; readonly actor: string; readonly reason: string; readonly since: EpochMs }
  | { readonly by: 'drawdown'; readonly limit: number; readonly since: EpochMs };

/** What a person watching a run sees, folded from its facts. */
export interface RunView {
  readonly manifest: Manifest;
  readonly cursor: CalendarCursor;
  readonly ledger: Ledger;
  /** the equity that the run began with */
  readonly equityBefore: Cash;
  readonly agenda: ActionAgenda;
  t: EpochMs;
  bars: number;
  slices: number;
  signals: Signal[];
  denials: Denial[];
  fills: Fill[];
  /** shares that operators wrote off, and who and why, the latest last */
  writeOffs: Control[];
  /** corporate actions that were applied, the latest last */
  actions: CorporateAction[];
  counts: { signals: number; orders: number; denials: number; fills: number };
  /** how often each gate refused */
  readonly gates: GateTally;
  drawdownPpm: number;
  halt: ViewedHalt | undefined;
  /** how far the market's data can be relied on; undefined of bars that are played */
  data: DataLevel | undefined;
  /** why, as it was recorded; empty of bars that are played */
  dataReason: string;
}

/** A view of nothing yet, but of the account that the run goes on with, if it does. */
export const newRunView = (manifest: Manifest, opening?: Closing): RunView => ({
  manifest,
  cursor: newCalendarCursor(),
  ledger: opening === undefined ? newLedger(manifest.config.risk.startingCash) : ledgerOf(opening),
  equityBefore: opening?.account.equity ?? manifest.config.risk.startingCash,
  agenda: newAgenda(),
  t: manifest.from,
  bars: 0,
  slices: 0,
  signals: [],
  denials: [],
  fills: [],
  writeOffs: [],
  actions: [],
  counts: { signals: 0, orders: 0, denials: 0, fills: 0 },
  gates: newGateTally(),
  drawdownPpm: 0,
  halt: undefined,
  data: undefined,
  dataReason: '',
});

/** The corporate actions that were applied, by kind. */
export const appliedActions = ({ actions }: Pick<RunView, 'actions'>): readonly ActionsOfKind[] => actionCounts(actions);

/** Folds one interval into the view. */
export function watchInterval(view: RunView, interval: Interval): void {
  const { t, bars, report, decision } = interval;
  view.t = t;
  view.slices += 1;
  for (const command of interval.control) {
    hearActions(view.agenda, command);
    followWriteOff(view, command);
  }
  // as risk does: before any fact of the interval
  for (const action of actionsDue(view.agenda, t)) {
    applyAction(view.ledger, action);
    view.actions.push(action);
  }
  payDividends(view.ledger, t);
  for (const fill of report.fills) applyFill(view.ledger, fill);
  for (const slice of bars) {
    view.bars += slice.count;
    for (let i = 0; i < slice.count; i++) {
      if (!isQuarantined(readUint32(slice.flags, i)))
        markToMarket(view.ledger, item(slice.symbols, i), priceFromDollars(read(slice.close, i)));
    }
  }
  const signals = signalsInOrder(interval);
  view.signals = [...view.signals, ...signals].slice(-ROWS_KEPT);
  view.denials = [...view.denials, ...decision.denials].slice(-ROWS_KEPT);
  view.fills = [...view.fills, ...report.fills].slice(-ROWS_KEPT);
  view.counts.signals += signals.length;
  view.counts.orders += decision.orders.length;
  view.counts.denials += decision.denials.length;
  view.counts.fills += report.fills.length;
  for (const denial of decision.denials) view.gates.add(denial);
  view.drawdownPpm = decision.account.drawdownPpm;
  view.halt = haltOf(view, interval);
  for (const { data, reason } of interval.control)
    for (const level of data) {
      view.data = level;
      view.dataReason = reason;
    }
}

/** As risk does: once for a break. */
function followWriteOff(view: RunView, command: Control): void {
  const off = freshWriteOff(new Set(view.writeOffs.map(({ about }) => about)), command);
  if (off === undefined) return;
  view.writeOffs.push(command);
  writeOff(view.ledger, { ...off, id: command.about, t: view.t });
}

/**
 * Risk says that trading is halted and not why: an operator's halt is on record as a command, and every other one is the drawdown's. Where
 * both hold the drawdown is the one that takes a loss to resume from.
 */
function haltOf({ halt: before, manifest: { config } }: RunView, { t, control, decision }: Interval): ViewedHalt | undefined {
  const { tradingState, drawdownPpm } = decision.account;
  if (tradingState === 'active') return undefined;
  const limit = config.risk.drawdownFractionHalt;
  const resumed = control.findLastIndex(({ kind }) => kind === 'resume');
  const standing = resumed < 0 ? before : undefined;
  if (standing?.by === 'drawdown') return standing;
  if (drawdownPpm >= Math.round(limit * PPM)) return { by: 'drawdown', limit, since: t };
  if (standing !== undefined) return standing;
  const command = control.slice(resumed + 1).find(endsEntries);
  if (command === undefined) return { by: 'drawdown', limit, since: t };
  return { by: 'operator', actor: command.actor, reason: command.reason, since: t };
}
