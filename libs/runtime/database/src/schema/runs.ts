import { Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { Flag, Int4, Int8, Json, KeyInt4, KeyInt8, KeyText, Text, Told } from './columns.ts';

/** A run that is projected. Its number is this database's own; one that was recorded anew under its name is another. */
@Entity({ schema: 'trading', name: 'runs' })
@Index('runs_of_name', ['name', 'manifestHash'], { unique: true })
export class Run {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'ALWAYS' }) runId!: number;
  @Text() name!: string;
  /** SHA-256 of the manifest as it was stored, in hex */
  @Text() manifestHash!: string;
  @Text() kind!: string;
  @Int8() createdAt!: number;
  @Text() codeVersion!: string;
  @Text() codeHash!: string;
  @Text() nodeVersion!: string;
  @Int4() shards!: number;
  @Text() timeframe!: string;
  @Text() configHash!: string;
  @Json() config!: object;
  @Json() sources!: object;
  @Int8() fromT!: number;
  @Int8() toT!: number;
  /** name of the run that it goes on from */
  @Text({ nullable: true }) follows!: string | null;
}

/** The account as risk saw it when it decided an interval. */
@Entity({ schema: 'trading', name: 'equity' })
export class Equity {
  @KeyInt4() runId!: number;
  @KeyInt8() t!: number;
  @Int8() seq!: number;
  @Int8() cash!: number;
  @Int8() equity!: number;
  @Int8() gross!: number;
  @Int8() reserved!: number;
  @Int8() realised!: number;
  @Int8() equityPeak!: number;
  @Int8() drawdownPpm!: number;
  @Text() tradingState!: string;
}

/** A halt that was tripped, and until when it was seen to stand. */
@Entity({ schema: 'trading', name: 'halts' })
export class Halt {
  @KeyInt4() runId!: number;
  @KeyText() tripId!: string;
  @Text() kind!: string;
  @Int8() t!: number;
  @Text() byWhom!: string;
  @Text() reason!: string;
  @Int8() value!: number;
  @Int8() limitValue!: number;
  /** the last interval that it stood at, and the message that said so */
  @Int8() lastT!: number;
  @Int8() lastSeq!: number;
}

/** A difference between the books and the broker's account, and until when it was seen to be open. */
@Entity({ schema: 'trading', name: 'breaks' })
export class Break {
  @KeyInt4() runId!: number;
  @KeyText() breakId!: string;
  @Text() kind!: string;
  @Text({ nullable: true }) symbol!: string | null;
  @Text({ nullable: true }) about!: string | null;
  @Text({ nullable: true }) ofRun!: string | null;
  @Int8() quantity!: number;
  @Int8() cash!: number;
  @Int8() since!: number;
  @Int8() deadline!: number;
  @Int8() lastT!: number;
  @Int8() lastSeq!: number;
}

/** A command, of an operator or of the program that feeds the bars. */
@Entity({ schema: 'trading', name: 'operator_actions' })
export class OperatorAction extends Told {
  @Int8() t!: number;
  @Text() kind!: string;
  @Text() actor!: string;
  @Text() reason!: string;
  /** whether it came by the way that is for operators */
  @Flag() byOperator!: boolean;
  /** the whole command */
  @Json() details!: unknown;
}

/** What the account forecast of itself. */
@Entity({ schema: 'trading', name: 'forecasts' })
export class Forecast extends Told {
  @Int8() t!: number;
  @Text() law!: string;
  @Text() horizon!: string;
  @Int8() untilT!: number;
  @Int8() equity!: number;
  @Int8({ array: true }) quantiles!: readonly number[];
  @Int8() shortfall!: number;
  @Json() parts!: unknown;
}

/** What a forecast came to. */
@Entity({ schema: 'trading', name: 'forecast_outcomes' })
export class ForecastOutcome extends Told {
  @Int8() t!: number;
  @Text() horizon!: string;
  @Int8() madeAt!: number;
  @Int8() change!: number;
}
