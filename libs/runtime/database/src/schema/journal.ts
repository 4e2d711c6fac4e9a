import { Entity } from 'typeorm';
import { Int8, KeyInt4 } from './columns.ts';

/** How far a run is projected: what stands behind this sequence has not been written, and all up to it has. */
@Entity({ schema: 'journal', name: 'positions' })
export class JournalPosition {
  @KeyInt4() runId!: number;
  /** 0 before anything is written */
  @Int8() lastSeq!: number;
}
