import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { memoryHost } from '@aitrader/application-backtest';
import type { OpenHome } from '@aitrader/application-supervision';
import { item, runId, type RunId } from '@aitrader/model';
import {
  accessOf,
  connectOrStart,
  createRecording,
  locateNatsServer,
  openBus,
  type Bus,
  type LoggedMessage,
} from '@aitrader/runtime-bus';
import { openDatabase, type OpenDatabase } from '@aitrader/runtime-database';
import { SILENT } from '@aitrader/runtime-telemetry';
import { BELIEVING } from '../../../../tools/testing/believing.ts';

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const GOLDEN = path.join(ROOT, 'libs/application/backtest/golden');
/** Two servers have to start, and a run of three sessions is recorded. */
export const JOURNAL_MS_MAX = 240_000;

/** A home with a nats-server, for a Postgres beside it. */
export interface JournalUnderTest extends OpenHome {
  readonly openHere: () => Promise<OpenDatabase>;
  readonly close: () => Promise<void>;
}

/** A home that the user whom Postgres runs as may enter. */
function newHome(): string {
  const home = mkdtempSync(path.join(tmpdir(), 'journal-'));
  chmodSync(home, 0o755);
  return home;
}

/** A Postgres with nothing beside it; closed, its home is removed. */
export type DatabaseAlone = Pick<OpenDatabase, 'source' | 'loginOf' | 'close'>;

export async function openDatabaseAlone(): Promise<DatabaseAlone> {
  const home = newHome();
  const { source, loginOf, close } = await openDatabase({ home, env: {} });
  const closeAndRemove = async (): Promise<void> => {
    await close();
    rmSync(home, { recursive: true, force: true });
  };
  return { source, loginOf, close: closeAndRemove };
}

export async function openJournalHome(): Promise<JournalUnderTest> {
  const home = newHome();
  const { path: binary } = await locateNatsServer({ home: path.join(ROOT, '.aitrader') });
  const server = await connectOrStart({ home, binary, supervise: true, env: { ...process.env, NATS_URL: '' } });
  const bus = await openBus(accessOf(server, 'supervisor'), 'journal under test');
  const close = async (): Promise<void> => {
    await bus.nc.close();
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  };
  return { home, bus, server, openHere: () => openDatabase({ home, env: {} }), close };
}

/** Records a backtest of the built-in market, three sessions long. */
export async function recordSample(open: OpenHome, name: string): Promise<RunId> {
  const run = runId(name);
  const request = { run, kind: 'backtest', source: { kind: 'sample' }, shards: 2, config: BELIEVING, listener: SILENT } as const;
  await memoryHost(request, open, true);
  return run;
}

interface Line {
  readonly seq: number;
  readonly subject: string;
  readonly text?: string;
  readonly base64?: string;
}

/** What a released program recorded. */
export function goldenMessages(name: string): { readonly run: RunId; readonly messages: readonly LoggedMessage[] } {
  const lines = gunzipSync(readFileSync(path.join(GOLDEN, `${name}.jsonl.gz`)))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  const messages = lines.map((line) => {
    const { seq, subject, text, base64 } = JSON.parse(line) as Line;
    return { seq, subject, data: text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text) };
  });
  return { run: runId(item(messages, 0).subject.split('.')[1] ?? ''), messages };
}

/** Puts messages on the bus, with the sequences that they had. */
export async function restoreMessages(bus: Bus, run: RunId, messages: readonly LoggedMessage[]): Promise<void> {
  await createRecording(bus, run);
  for (const { seq, subject, data } of messages) {
    const stored = await bus.js.publish(subject, data);
    if (stored.seq !== seq) throw new Error(`message ${seq} of ${run} was stored as ${stored.seq}`);
  }
}

export async function restoreGolden(bus: Bus, name: string): Promise<RunId> {
  const { run, messages } = goldenMessages(name);
  await restoreMessages(bus, run, messages);
  return run;
}
