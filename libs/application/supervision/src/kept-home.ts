import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { keptBlobs, type KeptFiles } from '@aitrader/adapter-bar-archive';
import { isMissingFile, makeFolder, writeAtomically } from '@aitrader/runtime-storage';

/*
 * Records of a home that outlive the machine it is on: where `AITRADER_HOME_KEPT` names a container of Blob storage, they are brought to agree with it
 * before anything rests on them, and again once something was decided. Elsewhere the home itself is what is kept.
 *
 * 1. Of each record it is known what home and place last agreed on. Where one of the two has changed since, the other follows; where both have, nothing
 *    is overwritten, and whoever asked is told.
 * 2. A place that cannot be reached refuses what rests on it: nothing is decided by what a container happens to hold. Halts and exits rest on no record.
 * 3. What follows from records (the file of the parameters in force), keys, and recordings are not kept here.
 */

/** The variable that names the place: `azure://account/container[/prefix]`. */
export const KEPT_VARIABLE = 'AITRADER_HOME_KEPT';

/** A record was changed here and there. */
export class RecordsDiffer extends Error {
  override readonly name = 'RecordsDiffer';
}

/** Records that decisions rest on: they are fetched, and stored. */
const RECORDS = [
  'readiness/*.json',
  'learning/decisions.json',
  'learning/sets/*.json',
  'learning/challenges/*.json',
  'promotion/*.json',
  'promotion/verdicts/*.json',
  'schedule/*/parity/report.json',
] as const;
/** What people look at afterwards, and no program here: it is stored, and not fetched. */
const LOOKED_AT = ['schedule/*/*.out', 'schedule/*/*.log', 'schedule/*/report/**', 'schedule/*/parity/**'] as const;
/** A record is far smaller, and a page is too. */
const BYTES_MAX = 16 * 1024 * 1024;

/** What home and place last agreed on, beside the records: a file each, so that nobody's is lost when two are written at once. */
const AGREED = '.kept';
interface Agreed {
  readonly tag: string;
  readonly sha256: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Does something that rests on the records of a home, or adds to them. @throws RecordsDiffer, ArchiveError where they are kept elsewhere */
export async function withRecords<T>(home: string, work: () => Promise<T>, env: Environment = process.env): Promise<T> {
  await keepRecords(home, env);
  const done = await work();
  await keepRecords(home, env);
  return done;
}

/** Brings the records of a home and the place that the environment names to agree; where it names none, there is nothing to do. @throws as above */
export async function keepRecords(home: string, env: Environment = process.env): Promise<void> {
  const address = env[KEPT_VARIABLE];
  if (address === undefined || address === '') return;
  await bringTogether(home, await keptBlobs(address, env));
}

async function bringTogether(home: string, place: KeptFiles): Promise<void> {
  const there = await place.list();
  const here = new Set([...RECORDS, ...LOOKED_AT].flatMap((pattern) => filesIn(home, pattern)));
  const fetched = [...there.keys()].filter((name) => RECORDS.some((pattern) => path.matchesGlob(name, pattern)));
  for (const name of new Set([...here, ...fetched])) await bringOne(home, place, name, there.get(name));
}

const filesIn = (home: string, pattern: string): readonly string[] =>
  globSync(pattern, { cwd: home })
    .filter((name) => isKeptFile(path.join(home, name)))
    .map((name) => name.split(path.sep).join('/'));

function isKeptFile(file: string): boolean {
  if (file.endsWith('.tmp')) return false;
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size <= BYTES_MAX;
}

async function bringOne(home: string, place: KeptFiles, name: string, tag: string | undefined): Promise<void> {
  const own = bytesIn(path.join(home, name));
  const agreed = agreedOn(home, name);
  // a place that does not have it, such as a new one, is given it again
  const isOwnNew = own !== undefined && (tag === undefined || sha256(own) !== agreed?.sha256);
  const isTheirsNew = tag !== undefined && tag !== agreed?.tag;
  if (isOwnNew && !isTheirsNew) {
    const stored = await place.put(name, own, tag);
    if (stored !== undefined) return agree(home, name, own, stored);
  } else if (!isOwnNew && !isTheirsNew && (own !== undefined || tag === undefined)) return;
  const theirs = await place.read(name);
  if (theirs === undefined) throw new RecordsDiffer(`${place.name}/${name} was taken away in this moment: look who did that`);
  if (isOwnNew && sha256(own) !== sha256(theirs.bytes))
    throw new RecordsDiffer(
      `${name} was changed here and in ${place.name} since they agreed: keep one of the two (${path.join(home, name)})`,
    );
  await write(home, name, theirs.bytes);
  await agree(home, name, theirs.bytes, theirs.tag);
}

function bytesIn(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw error;
  }
}

const agreedFile = (home: string, name: string): string => path.join(home, AGREED, name);

function agreedOn(home: string, name: string): Agreed | undefined {
  const [tag = '', hash = ''] = Buffer.from(bytesIn(agreedFile(home, name)) ?? [])
    .toString('utf8')
    .trim()
    .split(' ');
  return tag === '' || hash === '' ? undefined : { tag, sha256: hash };
}

const agree = (home: string, name: string, bytes: Uint8Array, tag: string): Promise<void> =>
  write(home, `${AGREED}/${name}`, Buffer.from(`${tag} ${sha256(bytes)}\n`));

async function write(home: string, name: string, bytes: Uint8Array): Promise<void> {
  const file = path.join(home, name);
  makeFolder(path.dirname(file));
  await writeAtomically(file, piecesOf(bytes));
}

async function* piecesOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(bytes);
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
