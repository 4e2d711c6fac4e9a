import { Entity, Index } from 'typeorm';
import { Int4, Int8, KeyInt4, KeyInt8, KeyText, Text, Told } from './columns.ts';

/** The state of a symbol at the close of an interval, of every quarter of an hour. */
@Entity({ schema: 'trading', name: 'states' })
export class StateSample {
  @KeyInt4() runId!: number;
  @KeyText() symbol!: string;
  @KeyInt8() t!: number;
  @Int8() seq!: number;
  @Text() model!: string;
  @Int8() levelE8!: number;
  @Int8() velocityE8!: number;
  @Int8() velocityUpPpm!: number;
  @Int8() volatilityE8!: number;
  @Int4() regime!: number;
  @Int8() calmPpm!: number;
  @Int8() turbulentPpm!: number;
  @Int8() q025E8!: number;
  @Int8() q500E8!: number;
  @Int8() q975E8!: number;
  @Int8() a025E8!: number;
  @Int8() a975E8!: number;
  @Int8() coverage95Ppm!: number;
  @Int8() scored!: number;
  @Int8() flags!: number;
}

/** The states of a shard at the close of an interval: the message that has them, whether they are sampled or not. */
@Entity({ schema: 'trading', name: 'state_slices' })
@Index('state_slices_of_interval', ['runId', 't'])
export class StateSliceRow {
  @KeyInt4() runId!: number;
  @KeyInt8() seq!: number;
  @Int8() t!: number;
  @Int4() shard!: number;
}

/** What a strategy believed. */
@Entity({ schema: 'trading', name: 'signals' })
@Index('signals_of_id', ['runId', 'signalId'])
export class SignalRow extends Told {
  @Text() signalId!: string;
  @Int8() t!: number;
  @Text() symbol!: string;
  @Text() strategy!: string;
  @Int4() direction!: number;
  @Int8() reference!: number;
  @Int8() stop!: number;
  @Int8() target!: number;
  @Int4() horizonMinutes!: number;
  @Int4({ nullable: true }) holdMinutes!: number | null;
  @Int8() meanE8!: number;
  @Int8() sdE8!: number;
  @Int8() dofMilli!: number;
  @Int8({ array: true }) quantilesE8!: readonly number[];
  @Int8() velocityUpPpm!: number;
  @Int8() volatilityE8!: number;
  @Int4() regime!: number;
  @Int8() coverage95Ppm!: number;
  @Text() model!: string;
  @Int8() stateFlags!: number;
}

/** What was left before its time: by a strategy's word (of signals), and by risk's (of an order). */
@Entity({ schema: 'trading', name: 'exits' })
export class ExitRow extends Told {
  @Int8() t!: number;
  @Text() symbol!: string;
  @Text() reason!: string;
  /** of a strategy's word */
  @Text({ nullable: true }) strategy!: string | null;
  @Int4({ nullable: true }) direction!: number | null;
  /** of risk's word */
  @Text({ nullable: true }) orderId!: string | null;
}

/** An order that risk approved. */
@Entity({ schema: 'trading', name: 'orders' })
@Index('orders_of_id', ['runId', 'orderId'])
export class OrderRow extends Told {
  @Text() orderId!: string;
  @Text() signalId!: string;
  @Int8() t!: number;
  @Text() symbol!: string;
  @Text() side!: string;
  @Int8() quantity!: number;
  @Text() type!: string;
  @Text() timeInForce!: string;
  @Int8() reference!: number;
  @Int8() stop!: number;
  @Int8() target!: number;
  @Int8() exitAt!: number;
}

/** A signal that risk refused, with the first gate that did. */
@Entity({ schema: 'trading', name: 'denials' })
@Index('denials_of_gate', ['runId', 'gate'])
export class DenialRow extends Told {
  @Text() signalId!: string;
  @Int8() t!: number;
  @Text() symbol!: string;
  @Text() gate!: string;
  @Int8() value!: number;
  @Int8() limitValue!: number;
  @Text() unit!: string;
  @Text() comparison!: string;
  /** the halt that refused it; empty where none did */
  @Text() tripId!: string;
}

/** What one gate found, of an order or of a denial: its row's key, and the gate's place. */
abstract class GateOf {
  @KeyInt4() runId!: number;
  @KeyInt8() seq!: number;
  @KeyInt4() place!: number;
  @KeyInt4() gatePlace!: number;
  @Text() gate!: string;
  @Int8() value!: number;
  @Int8() limitValue!: number;
  @Text() unit!: string;
  @Text() comparison!: string;
}

@Entity({ schema: 'trading', name: 'order_gates' })
export class OrderGate extends GateOf {}

@Entity({ schema: 'trading', name: 'denial_gates' })
export class DenialGate extends GateOf {}
