import { Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { Flag, Int4, Int8, Json, KeyFlag, KeyInt4, KeyInt8, KeyText, Text } from './columns.ts';

/** An archive of bars as its catalogue had it when it was last read. Its number is this database's own. */
@Entity({ schema: 'storage', name: 'archives' })
@Index('archives_of_address', ['address'], { unique: true })
export class Archive {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'ALWAYS' }) archiveId!: number;
  /** its folder, or `azure://account/container[/prefix]` */
  @Text() address!: string;
  @Text() catalogueSha256!: string;
  /** stored files of bars, and bars in them, every version counted */
  @Int4() parts!: number;
  @Int8() bars!: number;
  @Int8() bytes!: number;
  /** what its bars and its corporate actions were imported from, as the catalogue has it */
  @Json() imports!: object;
  @Json() actions!: object;
}

/**
 * A file of bars of an archive. Files are added and never changed; whether one is read can change, as others are joined in its place. One that says again
 * what was said before a revision has the path that it had then, and a later version.
 */
@Entity({ schema: 'storage', name: 'archive_parts' })
export class ArchivePartRow {
  @KeyInt4() archiveId!: number;
  /** of two bars of one symbol and time that of the higher version counts */
  @KeyInt8() version!: number;
  /** inside the archive */
  @KeyText() path!: string;
  /** whether it was made of others, to be read in their place */
  @KeyFlag() isJoined!: boolean;
  @Text() sha256!: string;
  @Int8() bytes!: number;
  @Text() timeframe!: string;
  @Text() period!: string;
  @Text() adjustment!: string;
  /** ids of imports */
  @Int4({ array: true }) imports!: readonly number[];
  @Int8() bars!: number;
  /** closes of its first and last bar */
  @Int8() firstT!: number;
  @Int8() lastT!: number;
  @Text({ array: true }) symbols!: readonly string[];
  /** bars of each of the symbols */
  @Int8({ array: true }) counts!: readonly number[];
  /** whether a run reads it: no other part stands for it */
  @Flag() isRead!: boolean;
}
