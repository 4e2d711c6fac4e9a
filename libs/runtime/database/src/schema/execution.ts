import { Entity, Index } from 'typeorm';
import { Flag, Int8, Json, Text, Told } from './columns.ts';

/** What became of a leg of an order. */
@Entity({ schema: 'trading', name: 'order_events' })
@Index('order_events_of_order', ['runId', 'orderId'])
export class OrderEventRow extends Told {
  @Int8() t!: number;
  @Text() orderId!: string;
  @Text() symbol!: string;
  @Text() leg!: string;
  @Text() kind!: string;
  @Int8() remaining!: number;
  @Text() reason!: string;
}

/** An execution, or the undoing or restating of one. */
@Entity({ schema: 'trading', name: 'fills' })
@Index('fills_of_id', ['runId', 'fillId'])
@Index('fills_of_symbol', ['runId', 'symbol', 't'])
export class FillRow extends Told {
  @Text() fillId!: string;
  @Int8() t!: number;
  @Text() orderId!: string;
  @Text() symbol!: string;
  @Text() leg!: string;
  @Text() side!: string;
  @Int8() quantity!: number;
  @Int8() price!: number;
  @Int8() fee!: number;
  @Text() kind!: string;
  @Text({ nullable: true }) amends!: string | null;
  @Flag() pessimistic!: boolean;
}

/** What execution asked of a broker. */
@Entity({ schema: 'trading', name: 'requests' })
@Index('requests_of_id', ['runId', 'requestId'])
export class RequestRow extends Told {
  @Int8() t!: number;
  /** sequence of the message that it follows from */
  @Int8() cause!: number;
  @Text() kind!: string;
  @Text() requestId!: string;
  @Text({ nullable: true }) orderId!: string | null;
  @Text({ nullable: true }) leg!: string | null;
  @Text({ nullable: true }) symbol!: string | null;
  @Text({ nullable: true }) side!: string | null;
  @Int8({ nullable: true }) quantity!: number | null;
  @Int8({ nullable: true }) limitPrice!: number | null;
  @Int8({ nullable: true }) stopPrice!: number | null;
  /** the submission that a replacement or cancelling is about */
  @Text({ nullable: true }) about!: string | null;
  @Text({ nullable: true }) brokerId!: string | null;
}

/** What a broker said, or the gateway of it. */
@Entity({ schema: 'trading', name: 'reports' })
@Index('reports_of_request', ['runId', 'request'])
export class ReportRow extends Told {
  @Int8() t!: number;
  @Text() kind!: string;
  @Text({ nullable: true }) symbol!: string | null;
  @Text({ nullable: true }) request!: string | null;
  @Text({ nullable: true }) brokerId!: string | null;
  @Text({ nullable: true }) successor!: string | null;
  @Int8({ nullable: true }) filled!: number | null;
  @Int8({ nullable: true }) open!: number | null;
  @Text({ nullable: true }) executionId!: string | null;
  @Int8({ nullable: true }) executionQuantity!: number | null;
  @Int8({ nullable: true }) executionPrice!: number | null;
  @Int8({ nullable: true }) executionFee!: number | null;
  @Text({ nullable: true }) amends!: string | null;
  /** of a word on the account */
  @Int8({ nullable: true }) cash!: number | null;
  @Int8({ nullable: true }) equity!: number | null;
  @Json({ nullable: true }) held!: unknown;
  @Text({ nullable: true }) word!: string | null;
  /** the text as it came */
  @Text({ nullable: true }) raw!: string | null;
}
