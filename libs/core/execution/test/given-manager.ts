import {
  cash,
  dollarsOfPrice,
  epochMs,
  ids,
  newBarSlice,
  newExecutionReport,
  priceFromDollars,
  quantityFromShares,
  requestIdOf,
  sharesOf,
  ticker,
  type AccountWord,
  type BarSlice,
  type BreakEvent,
  type Control,
  type EpochMs,
  type ExecutionReport,
  type Leg,
  type Order,
  type Report,
  type OrderRequest,
  newControl,
  newReport,
  type ReconciliationRules,
} from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import {
  newOrderManager,
  passInterval,
  takeAccount,
  takeControl,
  takeDisconnected,
  leaveOrder,
  takeOrder,
  takeReport,
  type OrderManagerConfig,
  type OrderManagerState,
} from '../src/index.ts';
import { noteVolumes } from '../src/volume-seen.ts';

export const A = ticker('A');
export const MINUTE = 60_000;
export const at = (clock: string, date = '2026-01-05'): EpochMs => {
  const [hour, minute] = clock.split(':').map(Number);
  return newYorkInstant(date, (hour ?? 0) * 60 + (minute ?? 0));
};

export const CONFIG: OrderManagerConfig = {
  requestPrefix: '',
  needsArming: false,
  entries: 'marketable-limit',
  collarBpRegular: 10,
  collarBpExtended: 50,
  entryAgeMsMax: 3 * MINUTE,
  cancelMsMax: 2 * MINUTE,
  unprotectedMsMax: MINUTE,
  exitRefusalsMax: 3,
  working: null,
  reconciliation: null,
};

/** What an account may differ by: nothing, for five minutes. */
export const RULES: ReconciliationRules = { breakMsMax: 5 * MINUTE, cashDriftMax: cash(0), cashDriftBp: 0 };

/** An account that holds nothing. */
export const account = (t: EpochMs, more: Partial<AccountWord> = {}): AccountWord => ({
  kind: 'account',
  t,
  word: 'schedule',
  cash: cash(0),
  equity: cash(0),
  positions: [],
  orders: [],
  ...more,
});

/** Long 100 shares at about 100 dollars, stop at 98, target at 104, approved at 10:00, out by 15:00. */
export const order = (more: Partial<Order> = {}): Order => ({
  id: ids.order('o'),
  t: at('10:00'),
  symbol: A,
  side: 'buy',
  quantity: quantityFromShares(100),
  type: 'market',
  timeInForce: 'day',
  reference: priceFromDollars(100),
  stop: priceFromDollars(98),
  target: priceFromDollars(104),
  exitAt: at('15:00'),
  signalId: ids.signal('s'),
  gates: [],
  ...more,
});

/** A word of the broker's that says nothing but what is given. */
export const word = (kind: Report['kind'], more: Partial<Report> = {}): Report => ({
  ...newReport(at('10:00'), kind, A),
  raw: '{}',
  ...more,
});

/** A trade of `shares` at `dollars`. */
export const traded = (id: string, shares: number, dollars: number, amends: string | null = null): Pick<Report, 'execution'> => ({
  execution: {
    id: ids.fill(id),
    quantity: quantityFromShares(shares),
    price: priceFromDollars(dollars),
    fee: cash(0),
    amends: amends === null ? null : ids.fill(amends),
  },
});

/** A bar that opens and closes at its open. */
export interface Bar {
  readonly open: number;
  readonly high?: number;
  readonly low?: number;
  readonly flags?: number;
}

export function sliceOf(t: EpochMs, bar: Bar | undefined): BarSlice {
  const slice = { ...newBarSlice(0, '1m', 1), t };
  if (bar === undefined) return slice;
  [slice.count, slice.symbols] = [1, [A]];
  [slice.open[0], slice.close[0]] = [bar.open, bar.open];
  [slice.high[0], slice.low[0]] = [bar.high ?? bar.open, bar.low ?? bar.open];
  [slice.volume[0], slice.flags[0]] = [100_000, bar.flags ?? 0];
  return slice;
}

/** An order manager with a broker played by hand. The broker's ids are `b0`, `b1` … in the order of submission, exits `b0.stop`. */
export function given(config: Partial<OrderManagerConfig> = {}) {
  let state: OrderManagerState = newOrderManager({ ...CONFIG, ...config });
  const asked: OrderRequest[] = [];
  const told: ExecutionReport = newExecutionReport();
  const breaks: BreakEvent[] = [];
  const submissions = () => asked.filter((request) => request.kind === 'submit');
  /** what was asked for since `from`, in a few words */
  const said = (from = 0): string[] => asked.slice(from).map(tell);
  const about = (n: number, leg?: Leg): Partial<Report> => {
    const request = submissions()[n]?.id ?? requestIdOf('none');
    return leg === undefined ? { request, brokerId: `b${n}` } : { brokerId: `b${n}.${leg}` };
  };
  const legs = (n: number): Report['legs'] => {
    const kind = submissions()[n]?.class;
    const attached: readonly Leg[] = kind === 'bracket' ? ['target', 'stop'] : kind === 'oco' ? ['stop'] : [];
    return attached.map((leg) => ({ leg, brokerId: `b${n}.${leg}` }));
  };
  /** Every call returns the requests that followed, in a few words. */
  const doing = (act: () => void): string[] => {
    const from = asked.length;
    act();
    return said(from);
  };
  const command = (kind: Control['kind'], t: EpochMs, more: Partial<Control> = {}): void =>
    takeControl(state, newControl(kind, t, 'x', 'y', more), asked);
  const passBars = (t: EpochMs, bars: readonly BarSlice[]): void => {
    if (state.volumes !== null) noteVolumes(state.volumes, t, bars);
    passInterval(state, t, bars, told, asked, breaks);
  };
  return {
    state: () => state,
    asked,
    told,
    breaks,
    said,
    about,
    restart: () => {
      state = structuredClone(state);
    },
    take: (more: Partial<Order> = {}) => doing(() => takeOrder(state, order(more), asked)),
    /** Risk says that an order is to be left. */
    leave: (id: string, t = state.now) =>
      doing(() => leaveOrder(state, { t, orderId: ids.order(id), symbol: A, reason: 'gone' }, asked)),
    /** The broker says something of the order that submission `n` made, or of an exit attached to it. */
    hear: (n: number, leg: Leg | undefined, kind: Report['kind'], more: Partial<Report> = {}) =>
      doing(() => takeReport(state, word(kind, { t: state.now, ...about(n, leg), legs: legs(n), ...more }), asked)),
    report: (report: Report) => doing(() => takeReport(state, report, asked)),
    account: (clock: string, more: Partial<AccountWord> = {}) => takeAccount(state, account(at(clock), more)),
    disconnect: (clock: string) => takeDisconnected(state, { kind: 'disconnected', t: at(clock), word: 'socket closed' }),
    control: (kind: Control['kind'], clock: string, more: Partial<Control> = {}) => doing(() => command(kind, at(clock), more)),
    command,
    passAt: (t: EpochMs, bar: Bar | undefined): ExecutionReport => {
      passBars(t, [sliceOf(t, bar)]);
      return told;
    },
    pass: (clock: string, date: string) => doing(() => passBars(at(clock, date), [])),
    bar: (clock: string, bar?: Bar) => doing(() => passBars(at(clock), [sliceOf(at(clock), bar)])),
  };
}
export type Given = ReturnType<typeof given>;

/** A bracket in regular hours that has filled whole, its exits at work. */
export function filledBracket(): Given {
  const manager = given();
  manager.take();
  manager.hear(0, undefined, 'new');
  manager.hear(0, undefined, 'execution', traded('e1', 100, 100.05));
  manager.hear(0, 'target', 'new');
  manager.hear(0, 'stop', 'new');
  return manager;
}

/** A request in a few words: what, how many shares, at what, of which class. */
export function tell(request: OrderRequest): string {
  if (request.kind !== 'submit') return `${request.kind} ${request.about} as ${request.brokerId ?? '?'}`;
  const { leg, side, quantity, limit, exits, extendedHours } = request;
  const at = limit === null ? '' : ` @ ${dollarsOfPrice(limit)}`;
  const pair = exits === null ? '' : ` target ${dollarsOfPrice(exits.target)} stop ${dollarsOfPrice(exits.stop)}`;
  return `${leg} ${side} ${sharesOf(quantity)}${at} ${request.class}${pair}${extendedHours ? ' extended' : ''}`;
}

/** What an interval was told of, in a few words. */
export const tellReport = ({ fills, events }: ExecutionReport): string[] => [
  ...events.map(
    ({ leg, kind, remaining, reason }) => `${leg} ${kind} ${sharesOf(remaining)}${reason === '' ? '' : ` (${reason})`}`,
  ),
  ...fills.map(
    ({ leg, kind, side, quantity, price }) => `${leg} ${kind} ${side} ${sharesOf(quantity)} @ ${dollarsOfPrice(price)}`,
  ),
];

export const shares = (units: number): number => units / 1e9;
export const later = (t: EpochMs, minutes: number): EpochMs => epochMs(t + minutes * MINUTE);
