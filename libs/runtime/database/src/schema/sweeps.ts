import { Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { Float8, Int4, Int8, Json, KeyInt4, Text } from './columns.ts';

/** A sweep: configurations over the same bars by the same code. Its number is this database's own. */
@Entity({ schema: 'backtest', name: 'sweeps' })
@Index('sweeps_of_identity', ['identity'], { unique: true })
export class Sweep {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'ALWAYS' }) sweepId!: number;
  /** SHA-256 over the market, the code and the configurations in their order */
  @Text() identity!: string;
  /** SHA-256 of all that was found, by which another word on the same sweep is known */
  @Text() content!: string;
  /** that it was read from when it was written */
  @Text({ nullable: true }) file!: string | null;
  @Text() market!: string;
  @Text() code!: string;
  @Text() digest!: string;
  @Int4() trials!: number;
  /** trade dates of the returns */
  @Text({ array: true }) dates!: readonly string[];
  /** how often the best of one half of the time is in the worse half of the other one, and loses there; null where too little says anything of it */
  @Float8({ nullable: true }) overfitting!: number | null;
  @Float8({ nullable: true }) loss!: number | null;
  /** p-values that the best beats cash by luck: White's, and Hansen's */
  @Float8({ nullable: true }) realityCheck!: number | null;
  @Float8({ nullable: true }) superiorAbility!: number | null;
  /** the figures of the choice, whole */
  @Json() choice!: object;
}

/** What one configuration came to. Shares are fractions, ratios a year's. */
@Entity({ schema: 'backtest', name: 'sweep_results' })
@Index('sweep_results_of_configuration', ['configHash'])
export class SweepResult {
  @KeyInt4() sweepId!: number;
  /** from 1 on */
  @KeyInt4() trial!: number;
  @Text() configHash!: string;
  /** what it set, by the path of the configuration */
  @Json() sets!: object;
  /** as a run with the configuration has it */
  @Text() digest!: string;
  @Int4() signals!: number;
  @Int4() orders!: number;
  @Int4() denials!: number;
  @Int4() fills!: number;
  @Int8() startEquity!: number;
  @Int8() endEquity!: number;
  @Float8() totalReturn!: number;
  @Float8() maxDrawdown!: number;
  @Float8() sharpe!: number;
  @Float8({ nullable: true }) probabilisticSharpe!: number | null;
  @Float8({ nullable: true }) deflatedSharpe!: number | null;
  @Float8({ nullable: true }) trackRecordMin!: number | null;
  /** by trade date */
  @Float8({ array: true }) returns!: readonly number[];
}
