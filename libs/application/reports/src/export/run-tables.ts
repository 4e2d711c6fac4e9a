import {
  dollarsOf,
  dollarsOfPrice,
  gateVerdict,
  item,
  QUANTILE_LEVELS,
  REGIMES,
  read,
  readUint32,
  sharesOf,
  STATE_COLUMNS,
  STATE_WIDTH,
  type BarSlice,
  type Denial,
  type EpochMs,
  type ExitSignal,
  type Fill,
  type GateFigure,
  type Order,
  type OrderEvent,
  type OrderExit,
  type Signal,
  type StateSlice,
} from '@aitrader/model';
import type { RowColumn, RowTable } from './growing-table.ts';

/*
 * The tables that a run is exported as. Prices and money are dollars, quantities shares; what a state and a law say stays in the units of the wire,
 * which the columns name.
 */

/** A row of a slice: the slice is overwritten from interval to interval, a row of it is read at once. */
export interface RowOf<Slice> {
  readonly slice: Slice;
  readonly row: number;
}

const text = <Row>(name: string, what: string, of: RowColumn<Row>['of']): RowColumn<Row> => ({ name, type: 'text', what, of });
const number = <Row>(name: string, what: string, of: RowColumn<Row>['of']): RowColumn<Row> => ({
  name,
  type: 'number',
  what,
  of,
});
const time = <Row>(name: string, what: string, of: RowColumn<Row>['of']): RowColumn<Row> => ({ name, type: 'time', what, of });

const INTERVAL = 'close of the interval';

export const BARS: RowTable<RowOf<BarSlice>> = {
  name: 'bars',
  what: 'a bar of a symbol, as it was known first',
  columns: [
    time('t', 'close of the bar', ({ slice }) => slice.t),
    text('symbol', 'as the tape prints it', ({ slice, row }) => item(slice.symbols, row)),
    ...(['open', 'high', 'low', 'close'] as const).map((name) =>
      number<RowOf<BarSlice>>(name, 'dollars', ({ slice, row }) => read(slice[name], row)),
    ),
    number('volume', 'shares', ({ slice, row }) => read(slice.volume, row)),
    number('flags', 'bits of BAR_FLAG', ({ slice, row }) => readUint32(slice.flags, row)),
  ],
};

export const STATES: RowTable<RowOf<StateSlice>> = {
  name: 'states',
  what: 'what was believed of a symbol at the close of a bar',
  columns: [
    time('t', INTERVAL, ({ slice }) => slice.t),
    text('symbol', 'as the tape prints it', ({ slice, row }) => item(slice.symbols, row)),
    ...STATE_COLUMNS.map(({ name, unit }, at) =>
      number<RowOf<StateSlice>>(name, unit, ({ slice, row }) => read(slice.rows, row * STATE_WIDTH + at)),
    ),
  ],
};

export const SIGNALS: RowTable<Signal> = {
  name: 'signals',
  what: 'what a strategy believed',
  columns: [
    text('id', 'names the signal', ({ id }) => id),
    time('t', INTERVAL, ({ t }) => t),
    text('symbol', 'as the tape prints it', ({ symbol }) => symbol),
    text('strategy', 'its name in the configuration', ({ strategy }) => strategy),
    number('direction', '1 expects a rise, -1 a fall', ({ direction }) => direction),
    number('reference', 'the close that it was raised on, dollars', ({ reference }) => dollarsOfPrice(reference)),
    number('stop', 'dollars', ({ stop }) => dollarsOfPrice(stop)),
    number('target', 'dollars', ({ target }) => dollarsOfPrice(target)),
    number('horizon_minutes', 'minutes that it speaks of', ({ horizonMinutes }) => horizonMinutes),
    number(
      'hold_minutes',
      'minutes that a position is held at most; absent: until its hours end',
      ({ holdMinutes }) => holdMinutes,
    ),
    number('mean_e8', 'claimed mean of the log return over the horizon, 1e-8', ({ forward }) => forward.meanE8),
    number('sd_e8', 'standard deviation of it, 1e-8', ({ forward }) => forward.sdE8),
    number('dof', 'degrees of freedom of its tails, 0.001', ({ forward }) => forward.dofMilli),
    ...QUANTILE_LEVELS.map((level, i) =>
      number<Signal>(
        `q${String(Math.round(level * 1000)).padStart(3, '0')}_e8`,
        `${level * 100} % quantile of it, 1e-8`,
        ({ forward }) => item(forward.quantilesE8, i),
      ),
    ),
    number('velocity_up_ppm', 'P(velocity > 0), 1e-6', ({ velocityUpPpm }) => velocityUpPpm),
    number('volatility_e8', '1e-8 per square root of a trading minute', ({ volatilityE8 }) => volatilityE8),
    ...REGIMES.map((regime, i) =>
      number<Signal>(`${regime}_ppm`, `P(regime is ${regime}), 1e-6`, ({ regimePpm }) => item(regimePpm, i)),
    ),
    number('state_flags', 'bits of STATE_FLAG', ({ stateFlags }) => stateFlags),
    text('model', 'of the state that it rests on', ({ model }) => model),
  ],
};

export const EXITS: RowTable<ExitSignal> = {
  name: 'exits',
  what: 'what a strategy believed in no longer',
  columns: [
    time('t', INTERVAL, ({ t }) => t),
    text('symbol', 'as the tape prints it', ({ symbol }) => symbol),
    text('strategy', 'its name in the configuration', ({ strategy }) => strategy),
    number('direction', 'of the signals that are meant', ({ direction }) => direction),
    text('reason', 'as the strategy gave it', ({ reason }) => reason),
  ],
};

export const ORDERS: RowTable<Order> = {
  name: 'orders',
  what: 'an order that risk approved',
  columns: [
    text('id', 'names the order', ({ id }) => id),
    text('signal_id', 'the signal that it rests on, or what an operator asked for', ({ signalId }) => signalId),
    time('t', INTERVAL, ({ t }) => t),
    text('symbol', 'as the tape prints it', ({ symbol }) => symbol),
    text('side', 'buy or sell', ({ side }) => side),
    number('shares', 'shares', ({ quantity }) => sharesOf(quantity)),
    number('reference', 'the close that it was decided on, dollars', ({ reference }) => dollarsOfPrice(reference)),
    number('stop', 'dollars', ({ stop }) => dollarsOfPrice(stop)),
    number('target', 'dollars', ({ target }) => dollarsOfPrice(target)),
    time('exit_at', 'when it is closed at the latest', ({ exitAt }) => exitAt),
  ],
};

export const ORDER_EXITS: RowTable<OrderExit> = {
  name: 'order_exits',
  what: 'an order that risk let be left before its time',
  columns: [
    time('t', INTERVAL, ({ t }) => t),
    text('order_id', 'names the order', ({ orderId }) => orderId),
    text('symbol', 'as the tape prints it', ({ symbol }) => symbol),
    text('reason', 'as the strategy gave it', ({ reason }) => reason),
  ],
};

export const DENIALS: RowTable<Denial> = {
  name: 'denials',
  what: 'what risk refused',
  columns: [
    time('t', INTERVAL, ({ t }) => t),
    text('signal_id', 'the signal, or what an operator asked for', ({ signalId }) => signalId),
    text('symbol', 'as the tape prints it', ({ symbol }) => symbol),
    text('gate', 'the first that refused', ({ gate }) => gate),
    text('trip', 'id of the halt that refused it; empty where none did', ({ trip }) => trip),
  ],
};

/** A figure of a gate, and what it was asked of. */
export interface GateRow {
  readonly t: EpochMs;
  readonly signalId: string;
  readonly place: number;
  readonly figure: GateFigure;
}

/** Either end of the safe integers stands for what was not known. */
const known = (value: number): number | null => (Math.abs(value) >= Number.MAX_SAFE_INTEGER ? null : value);

export const GATES: RowTable<GateRow> = {
  name: 'gates',
  what: 'what a gate found of something that was wanted, approved or refused',
  columns: [
    time('t', INTERVAL, ({ t }) => t),
    text('signal_id', 'the signal, or what an operator asked for', ({ signalId }) => signalId),
    number('place', 'in the order in which the gates are asked, from 0', ({ place }) => place),
    text('gate', 'its name', ({ figure }) => figure.gate),
    number('value', 'in its unit; absent where it is not known', ({ figure }) => known(figure.value)),
    number('limit', 'in its unit', ({ figure }) => known(figure.limit)),
    text(
      'unit',
      'cash 1e-6 dollar, price 1e-4 dollar, quantity 1e-9 share, ppm 1e-6, e8 1e-8, or what it says',
      ({ figure }) => figure.unit,
    ),
    text('comparison', 'at-most, at-least, or sizes: how many shares it leaves', ({ figure }) => figure.comparison),
    text('verdict', 'what it said', ({ figure }) => gateVerdict(figure)),
  ],
};

export const ORDER_EVENTS: RowTable<OrderEvent> = {
  name: 'order_events',
  what: 'what became of a leg of an order',
  columns: [
    time('t', INTERVAL, ({ t }) => t),
    text('order_id', 'names the order', ({ orderId }) => orderId),
    text('symbol', 'as it trades then', ({ symbol }) => symbol),
    text('leg', 'entry, stop, target or time', ({ leg }) => leg),
    text('kind', 'what happened', ({ kind }) => kind),
    number('remaining', 'shares of the leg that are open after it', ({ remaining }) => sharesOf(remaining)),
    text('reason', 'why, where there is more to say', ({ reason }) => reason),
  ],
};

export const FILLS: RowTable<Fill> = {
  name: 'fills',
  what: 'an execution, a bust or a correction',
  columns: [
    text('id', 'names the fill', ({ id }) => id),
    time('t', INTERVAL, ({ t }) => t),
    text('order_id', 'names the order', ({ orderId }) => orderId),
    text('symbol', 'as it trades then', ({ symbol }) => symbol),
    text('leg', 'entry, stop, target or time', ({ leg }) => leg),
    text('side', 'buy or sell', ({ side }) => side),
    number('shares', 'shares', ({ quantity }) => sharesOf(quantity)),
    number('price', 'dollars', ({ price }) => dollarsOfPrice(price)),
    number('fee', 'dollars', ({ fee }) => dollarsOf(fee)),
    text('kind', 'execution, bust or correction', ({ kind }) => kind),
    text('amends', 'the fill that a bust or a correction is about', ({ amends }) => amends),
  ],
};
