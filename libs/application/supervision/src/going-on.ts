import { stat } from 'node:fs/promises';
import { codeText, thisCode, writerOf } from '@aitrader/application-recordings';
import { intervalOf, type RecordedManifest } from '@aitrader/contracts';
import { runId, type BarSource, type EpochMs, type RunId } from '@aitrader/model';
import { UnknownRunError, isComplete, lastOf, listRecordings, recordedManifestOf, type Bus } from '@aitrader/runtime-bus';
import { type IngestSpec } from '@aitrader/runtime-configuration';
import { ioProblem, sha256OfFile } from '@aitrader/runtime-storage';
import type { OpenHome } from './home.ts';
import { RunGoesOn, whoRuns } from './run-holding.ts';
import { readRunRecord, runRecordFile } from './run-record.ts';

/** A run that is to be gone on with, and what ingest is to be told. */
export interface RunToGoOn {
  readonly run: RunId;
  readonly spec: IngestSpec;
  /** the last interval that risk has decided; undefined before the first */
  readonly decided: EpochMs | undefined;
}

/** A run cannot be gone on with: what it was begun with is not what is here. */
export class CannotGoOn extends Error {
  override readonly name = 'CannotGoOn';
  constructor(run: RunId, problems: readonly string[]) {
    super(`${run} cannot be gone on with: ${problems.join('; ')}`);
  }
}

/** Whether a run trades in a market of its broker's own, which does not go back with a machine that stops. */
export const isInOwnMarket = ({ config: { broker } }: Pick<IngestSpec, 'config'>): boolean => broker?.followsBars === false;

/** No order may come to a real market for bars of another day, whoever asks for the run. @throws Error */
export function refusePlayedInMarket(spec: Pick<IngestSpec, 'config' | 'source'>): void {
  if (isInOwnMarket(spec) && spec.source.kind !== 'live')
    throw new Error(`${spec.config.broker?.name} trades in today's market, and bars that are played are not: give --vendor`);
}

/** The same of a run that was begun in a home, before its server is there; false where nothing is known of it. */
export async function wasInOwnMarket(home: string, name: string): Promise<boolean> {
  const record = RUN_NAME.test(name) ? await readRunRecord(home, runId(name)) : undefined;
  return record !== undefined && isInOwnMarket(record.spec);
}
const RUN_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Looks whether a run that was interrupted or failed can be gone on with, and how. It must have been begun in this home by this code
 * and this Node, and its files must still be what they were.
 * @throws UnknownRunError, CannotGoOn naming everything that differs, RunGoesOn
 */
export async function runToGoOn({ home, bus }: Pick<OpenHome, 'home' | 'bus'>, name: string): Promise<RunToGoOn> {
  const known = (await listRecordings(bus)).map(({ run }) => run);
  const run = known.find((each) => each === name);
  if (run === undefined) throw new UnknownRunError(name, known);
  const manifest = await recordedManifestOf(bus, run);
  if (manifest !== undefined && (await isComplete(bus, run, manifest))) throw new CannotGoOn(run, ['it is complete']);
  const record = await readRunRecord(home, run);
  if (record === undefined)
    throw new CannotGoOn(run, [
      `there is no ${runRecordFile(home, run)}, which would say how it was begun (it was begun in another home, or not by the five services of the command line)`,
    ]);
  const holder = await whoRuns({ home, bus }, run);
  if (holder?.supervised === true) throw new RunGoesOn(run, holder.who);
  if (manifest !== undefined) {
    const problems = [...codeProblems(manifest), ...(await sourceProblems(bus, record.spec.source, manifest.sources))];
    if (problems.length > 0) throw new CannotGoOn(run, problems);
  }
  const last = await lastOf(bus, run, 'orders');
  return { run, spec: record.spec, decided: last === undefined ? undefined : intervalOf('orders', last.data) };
}

const SHOWN_DIGITS = 12;
const short = (hash: string): string => hash.slice(0, SHOWN_DIGITS);

/** The commit may be another one: what counts is what is built. */
function codeProblems(manifest: RecordedManifest): string[] {
  const [begunBy, here] = [writerOf(manifest), thisCode()];
  const isSame = (['version', 'hash', 'node'] as const).every((field) => begunBy[field] === here[field]);
  return isSame ? [] : [`it was begun by ${codeText(begunBy)}, and this is ${codeText(here)}`];
}

const isArchivePlace = async (place: string): Promise<boolean> =>
  place.includes('://') ||
  stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** What has become of the files that a run was begun with; a generated source is the code's. */
async function sourceProblems(bus: Bus, source: IngestSpec['source'], recorded: readonly BarSource[]): Promise<string[]> {
  const problems: string[] = [];
  if (source.kind === 'recording') {
    const played = runId(source.run);
    if (!(await listRecordings(bus)).some(({ run }) => run === played))
      problems.push(`the recording ${played} that it plays is gone`);
  }
  const files = [
    ...(source.kind === 'files' ? source.paths : []),
    ...('actions' in source && source.actions !== undefined ? [source.actions] : []),
    ...('parameters' in source && source.parameters !== undefined ? [source.parameters] : []),
  ];
  // Sources are recorded in the same order, after what is no file.
  const before = recorded.slice(recorded.length - files.length);
  for (const [i, file] of files.entries()) {
    // what an archive keeps is looked at by ingest, which holds all sources against the recorded ones
    if (await isArchivePlace(file)) continue;
    const hash = await sha256OfFile(file).catch((error: unknown) => error);
    if (typeof hash !== 'string') problems.push(`${file} ${ioProblem(hash)}`);
    else if (hash !== before[i]?.sha256)
      problems.push(`${file} has changed: its SHA-256 was ${short(before[i]?.sha256 ?? '')}…, and is ${short(hash)}…`);
  }
  return problems;
}
