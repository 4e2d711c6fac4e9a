import { mkdirSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { runId, type RunId } from '@aitrader/model';
import { commandLineOf, isAlive, isStoreFull } from '@aitrader/runtime-bus';
import { ingestSpecFrom, type IngestSpec } from '@aitrader/runtime-configuration';
import { isMissingFile, writeAtomically } from '@aitrader/runtime-storage';

export const RECORDED_STATES = ['running', 'complete', 'interrupted', 'failed'] as const;
/** How a run stood when its supervisor last said so. A supervisor that was killed leaves `running` behind. */
export type RecordedState = (typeof RECORDED_STATES)[number];

/** A process, told from a later one that got the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly command: string;
}

/**
 * What the supervisor of a run writes down about it in the home, beside the recording: how to go on with it, and how it ended. It is
 * written before the services start, and stays as long as the recording.
 */
export interface RunRecord {
  readonly run: RunId;
  readonly state: RecordedState;
  /** why it was interrupted or failed; empty otherwise */
  readonly cause: string;
  readonly supervisor: ProcessIdentity;
  /** instants in ISO 8601: of the run's first start, and of this word about it */
  readonly begunAt: string;
  readonly saidAt: string;
  /** what ingest is told; paths are absolute */
  readonly spec: IngestSpec;
}

const VERSION = 1;
const recordSchema = z.object({
  version: z.literal(VERSION),
  run: z.string(),
  state: z.enum(RECORDED_STATES),
  cause: z.string(),
  supervisor: z.object({ pid: z.int().min(1), command: z.string() }),
  begunAt: z.string(),
  saidAt: z.string(),
  spec: z.unknown(),
});

const CAUSE_CHARACTERS_MAX = 1_000;
const BLOCK_BYTES = 4_096;
/** Left free in the file for a later cause: a disk without room still takes it, in the blocks that are there. */
const ROOM_BYTES = 2 * CAUSE_CHARACTERS_MAX;

const folderOf = (home: string): string => path.join(home, 'runs');
export const runRecordFile = (home: string, run: RunId): string => path.join(folderOf(home), `${run}.json`);
/** Held by whoever begins, goes on with or deletes a run, while it looks whether it may. */
export function runLockFile(home: string, run: RunId): string {
  mkdirSync(folderOf(home), { recursive: true });
  return path.join(folderOf(home), `${run}.lock`);
}

export const thisProcess = (): ProcessIdentity => ({
  pid: process.pid,
  command: commandLineOf(process.pid) ?? process.argv.join(' '),
});

/** Whether the supervisor that a record names is alive, and is not this process. */
export function isSupervised({ supervisor: { pid, command } }: RunRecord): boolean {
  return pid !== process.pid && isAlive(pid) && (commandLineOf(pid) ?? command) === command;
}

/** Writes a record whole. On a disk without room it takes the place of the one before. @throws Error naming the file */
export async function writeRunRecord(home: string, record: RunRecord): Promise<void> {
  mkdirSync(folderOf(home), { recursive: true });
  const file = runRecordFile(home, record.run);
  const cause = record.cause.slice(0, CAUSE_CHARACTERS_MAX);
  const text = JSON.stringify({ version: VERSION, ...record, cause }, undefined, 2);
  const bytes = Buffer.byteLength(text);
  const content = `${text}${' '.repeat(Math.ceil((bytes + ROOM_BYTES) / BLOCK_BYTES) * BLOCK_BYTES - bytes - 1)}\n`;
  await writeAtomically(file, content).catch(async (error: unknown) => {
    if (!isStoreFull(error)) throw error;
    await overwrite(file, text);
  });
}

/** Writes over a file in the blocks that it has: the rest of it stays blank, since a longer record is never cut. */
async function overwrite(file: string, text: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const { size } = await handle.stat();
    await handle.write(`${text}${' '.repeat(Math.max(0, size - Buffer.byteLength(text) - 1))}\n`, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The record of a run; undefined when there is none. @throws Error naming the file when it cannot be understood */
export async function readRunRecord(home: string, run: RunId): Promise<RunRecord | undefined> {
  const file = runRecordFile(home, run);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw error;
  }
  return recordFrom(text, file);
}

function recordFrom(text: string, file: string): RunRecord {
  const result = recordSchema.safeParse(parsed(text));
  if (!result.success) throw new Error(`${file}: not a record of a run that this version understands`);
  const { run, state, cause, supervisor, begunAt, saidAt, spec } = result.data;
  return { run: runId(run), state, cause, supervisor, begunAt, saidAt, spec: ingestSpecFrom(spec, file) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export async function removeRunRecord(home: string, run: RunId): Promise<void> {
  await rm(runRecordFile(home, run), { force: true });
}
