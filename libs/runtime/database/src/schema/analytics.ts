import { Entity } from 'typeorm';
import { Flag, Int4, Int8, KeyInt4, KeyText, Text } from './columns.ts';

/** What the differences of one cause came to when a run was last held against its replay; of a cause without any, too. */
@Entity({ schema: 'analytics', name: 'daily_parity' })
export class DailyParity {
  @KeyInt4() runId!: number;
  @KeyText() cause!: string;
  @Int4() differences!: number;
  /** by how much the recorded account is better off for them; below 0: worse */
  @Int8() cost!: number;
  /** hash of the program that replayed it */
  @Text() replayedBy!: string;
  /** whether its bars were held against those of a source, without which nothing is laid to data */
  @Flag() againstBars!: boolean;
}
