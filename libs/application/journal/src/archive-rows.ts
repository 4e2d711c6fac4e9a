import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import {
  archiveStorage,
  isBlobAddress,
  partsToRead,
  readCatalogue,
  type ArchivePart,
  type Catalogue,
} from '@aitrader/adapter-bar-archive';
import { shortJson } from '@aitrader/runtime-configuration';
import { Archive, ArchivePartRow, dataSourceOf, type OpenDatabase } from '@aitrader/runtime-database';
import { AlreadyOtherwise, WAITING } from './already-otherwise.ts';
import { insertOf } from './statements.ts';

/** Parts of a statement: each names the symbols that it has bars of. */
const STATEMENT_PARTS_MAX = 500;

/** What was written of an archive. */
export interface JournaledArchive {
  readonly archiveId: number;
  /** as the tables name it */
  readonly address: string;
  /** parts that were not there before, and all that are now */
  readonly added: number;
  readonly parts: number;
}

/** How the tables name an archive: a folder by its whole path. */
export const archiveAddress = (given: string): string => (isBlobAddress(given) ? given : path.resolve(given));

/**
 * Writes an archive as its catalogue has it, in one transaction: parts that are not there are added, and none that is there is changed. Whoever
 * writes it at the same time waits, and reads the catalogue after that.
 * @throws ArchiveError; AlreadyOtherwise where the tables have a part that the catalogue lacks or says other things of; what the server throws
 */
export async function journalArchive({ source }: Pick<OpenDatabase, 'source'>, given: string): Promise<JournaledArchive> {
  const storage = await archiveStorage(given);
  const address = archiveAddress(given);
  const { sql, parameters } = insertOf(source.getMetadata(ArchivePartRow), false, 'archiveId');
  return source.transaction(async (manager) => {
    await manager.query(WAITING);
    const archiveId = await lockedArchive(manager, address);
    const { catalogue, sha256 } = await readCatalogue(storage);
    const parts = rowsOf(catalogue);
    const written = await manager.findBy(ArchivePartRow, { archiveId });
    const byKey = new Map(parts.map((part) => [keyOf(part), part]));
    requireSame(storage.name, written, byKey);
    const known = new Set(written.map(keyOf));
    const added = parts.filter((part) => !known.has(keyOf(part)));
    for (let at = 0; at < added.length; at += STATEMENT_PARTS_MAX)
      await manager.query(sql, [...parameters(archiveId, added.slice(at, at + STATEMENT_PARTS_MAX))]);
    const turned = written.filter((was) => was.isRead !== (byKey.get(keyOf(was))?.isRead ?? false));
    if (turned.length > 0) {
      const columns = [
        turned.map(({ version }) => version),
        turned.map((part) => part.path),
        turned.map(({ isJoined }) => isJoined),
      ];
      await manager.query(TURNED, [archiveId, ...columns]);
    }
    await manager.update(Archive, { archiveId }, { catalogueSha256: sha256, ...sumsOf(catalogue) });
    return { archiveId, address, added: added.length, parts: known.size + added.length };
  });
}

const TURNED = `UPDATE storage.archive_parts parts SET is_read = NOT is_read
  FROM unnest($2::bigint[], $3::text[], $4::boolean[]) AS turned (version, path, is_joined)
  WHERE archive_id = $1 AND parts.version = turned.version AND parts.path = turned.path AND parts.is_joined = turned.is_joined`;

/** Deletes what there is of an archive, as the owner. Returns whether there was anything. */
export async function forgetArchive({ loginOf }: Pick<OpenDatabase, 'loginOf'>, given: string): Promise<boolean> {
  const source = await dataSourceOf(loginOf('owner'), true).initialize();
  try {
    return await source.transaction(async (manager) => {
      const there = await manager.findOneBy(Archive, { address: archiveAddress(given) });
      if (there === null) return false;
      await manager.delete(ArchivePartRow, { archiveId: there.archiveId });
      await manager.delete(Archive, { archiveId: there.archiveId });
      return true;
    });
  } finally {
    await source.destroy();
  }
}

/** The number of an archive, which is entered where it is not there and held until the transaction ends. */
async function lockedArchive(manager: EntityManager, address: string): Promise<number> {
  const entry = { address, catalogueSha256: '', parts: 0, bars: 0, bytes: 0, imports: [], actions: [] };
  await manager.createQueryBuilder().insert().into(Archive).values(entry).orIgnore().updateEntity(false).execute();
  const { archiveId } = await manager.findOneOrFail(Archive, { where: { address }, lock: { mode: 'pessimistic_write' } });
  return archiveId;
}

function sumsOf({ parts, imports, actions }: Catalogue): Omit<Archive, 'archiveId' | 'address' | 'catalogueSha256'> {
  const sum = (of: (part: ArchivePart) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return { parts: parts.length, bars: sum(({ count }) => count), bytes: sum(({ bytes }) => bytes), imports, actions };
}

type PartRow = Omit<ArchivePartRow, 'archiveId'>;

function rowsOf(catalogue: Catalogue): readonly PartRow[] {
  const read = new Set(partsToRead(catalogue));
  const rowOf = (part: ArchivePart, isJoined: boolean): PartRow => {
    const {
      path: name,
      sha256,
      bytes,
      timeframe,
      period,
      adjustment,
      version,
      imports,
      count,
      first,
      last,
      symbols,
      counts,
    } = part;
    return {
      ...{ path: name, sha256, bytes, timeframe, period, adjustment, version, imports, bars: count },
      ...{ firstT: first, lastT: last, symbols, counts, isJoined, isRead: read.has(part) },
    };
  };
  return [...catalogue.parts.map((part) => rowOf(part, false)), ...catalogue.joined.map((part) => rowOf(part, true))];
}

const keyOf = ({ version, path: name, isJoined }: PartRow): string => `${version} ${name} ${isJoined}`;

/** A part is added and never changed, nor taken away; one that others were joined in may be joined itself. @throws AlreadyOtherwise */
function requireSame(place: string, written: readonly PartRow[], parts: ReadonlyMap<string, PartRow>): void {
  for (const was of written) {
    const is = parts.get(keyOf(was));
    if (is === undefined && was.isJoined) continue;
    if (is === undefined)
      throw new AlreadyOtherwise(
        place,
        `its catalogue has no part ${was.path} of version ${was.version}, which the tables have, and an archive loses none: it was made anew, or is an older copy`,
        '--archive',
      );
    const field = PART_FIELDS.find((name) => !isDeepStrictEqual(was[name], is[name]));
    if (field !== undefined)
      throw new AlreadyOtherwise(
        place,
        `its catalogue says other things of ${was.path} than the tables: ${field} is ${shortJson(is[field])}, and was ${shortJson(was[field])}`,
        '--archive',
      );
  }
}

/** What of a part never changes, beside what it is told from others by. */
const PART_FIELDS = [
  'sha256',
  'bytes',
  'timeframe',
  'period',
  'adjustment',
  'imports',
  'bars',
  'firstT',
  'lastT',
  'symbols',
  'counts',
] as const;
