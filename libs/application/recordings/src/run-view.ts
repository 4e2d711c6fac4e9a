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
  TRIP_KINDS,
  type AccountDoubt,
  type AccountForecast,
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
  type Trip,
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
  /** why nothing new is approved: the halts that stand; of recordings of before halts had ids what follows, without one */
  halts: readonly Trip[];
  /** what the account forecast of itself last, while it held anything */
  forecast: AccountForecast | null;
  /** what is doubted of the account; null: nothing, or nothing was said of it */
  doubt: AccountDoubt | null;
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
  halts: [],
  forecast: null,
  doubt: null,
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
  view.halts = haltsOf(view, interval);
  view.forecast = decision.forecast ?? view.forecast;
  view.doubt = report.doubt?.standing === 'unsaid' ? null : report.doubt;
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
 * The halts that risk tells of. Earlier versions said that trading is halted and not why: an operator's halt is on record as a command, and
 * every other one is the drawdown's. Where both hold the drawdown is the one that takes a loss to resume from.
 */
function haltsOf({ halts, manifest: { config } }: RunView, { t, control, decision }: Interval): readonly Trip[] {
  const { trips, account } = decision;
  if (trips.length > 0 || account.tradingState === 'active') return trips;
  const limit = Math.round(config.risk.drawdownFractionHalt * PPM);
  const fallen: Trip = { id: '', kind: 'drawdown', t, by: 'risk', reason: '', value: account.drawdownPpm, limit };
  const resumed = control.findLastIndex(({ kind }) => kind === 'resume');
  const [standing] = resumed < 0 ? halts : [];
  if (standing?.kind === 'drawdown') return [standing];
  if (account.drawdownPpm >= limit) return [fallen];
  if (standing !== undefined) return [standing];
  const command = control.slice(resumed + 1).find(endsEntries);
  if (command === undefined) return [fallen];
  const { kind, actor: by, reason } = command;
  return [{ id: '', kind: TRIP_KINDS.find((one) => one === kind) ?? 'halt', t, by, reason, value: 0, limit: 0 }];
}
