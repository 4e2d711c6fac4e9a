import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { ConflictException, Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { JobRow } from '@aitrader/application-console';
import type { OpenHome } from '@aitrader/application-supervision';
import { isRecord, programFile } from '@aitrader/runtime-configuration';
import { HOME } from './console-tokens.ts';

/** Each takes a processor: what trades beside them needs the others. */
const RUNNING_MAX = 2;
/** Jobs that are told of; what they left is kept, whatever becomes of the row. */
const KEPT_MAX = 50;
const WORDS_LENGTH_MAX = 1_000;
/** A document that a command prints is of a few kilobytes. */
const PRINTED_LENGTH_MAX = 4_000_000;
const PROGRESS = /^progress (\d{1,3}) /;
const PERCENTS = 100;

/** What is to be done: a command with its options, and who asks for it. */
export interface JobAsked extends Pick<JobRow, 'kind' | 'about' | 'by' | 'run'> {
  readonly args: readonly string[];
  /** what follows from what it printed, once it has ended well: part of the row */
  readonly onDone?: (printed: unknown) => Promise<Partial<Pick<JobRow, 'isSame'>>>;
  /** called once it has ended, well or not */
  readonly onEnd?: () => void;
}

/**
 * Work that takes its time, each as a process of the command line: the console goes on telling meanwhile, and whatever becomes of the work is
 * nothing to it. Jobs end with the console.
 */
@Injectable()
export class Jobs implements OnApplicationShutdown {
  readonly #home: OpenHome;
  readonly #rows = new Map<string, JobRow>();
  readonly #processes = new Map<string, ChildProcess>();

  constructor(@Inject(HOME) home: OpenHome) {
    this.#home = home;
  }

  /** The folder that what jobs leave lies in: the home's. */
  get folder(): string {
    return this.#home.home;
  }

  /** All that are told of, those that began last first. */
  list(): readonly JobRow[] {
    return [...this.#rows.values()].reverse();
  }

  /** Begins a job. @throws ConflictException where as many go on already as may */
  start({ kind, about, by, run, ...work }: JobAsked): JobRow {
    if (this.#processes.size >= RUNNING_MAX)
      throw new ConflictException(`${RUNNING_MAX} jobs go on already: each takes a processor`);
    const row: JobRow = {
      ...{ key: randomUUID(), kind, about, by, run, startedAt: Date.now() },
      ...{ endedAt: null, state: 'running', share: null, isSame: null, words: '' },
    };
    this.#rows.set(row.key, row);
    for (const { key, state } of this.#rows.values()) {
      if (this.#rows.size <= KEPT_MAX) break;
      if (state !== 'running') this.#rows.delete(key);
    }
    this.#watch(row.key, work);
    return row;
  }

  /** Stops a job; says whether there was one to stop. */
  stop(key: string): boolean {
    const child = this.#processes.get(key);
    if (child === undefined) return false;
    this.#change(key, { state: 'stopped' });
    return child.kill('SIGTERM');
  }

  onApplicationShutdown(): void {
    for (const child of this.#processes.values()) child.kill('SIGTERM');
  }

  #watch(key: string, { args, onDone, onEnd }: Pick<JobAsked, 'args' | 'onDone' | 'onEnd'>): void {
    const child = spawn(process.execPath, [programFile('cli'), ...args], {
      cwd: this.#home.home,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, AITRADER_HOME: this.#home.home, AITRADER_PROGRESS: 'lines', AITRADER_SUPERVISED: undefined },
    });
    this.#processes.set(key, child);
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (printed.length < PRINTED_LENGTH_MAX) printed += text;
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      const [, percents] = PROGRESS.exec(line) ?? [];
      if (percents !== undefined) this.#change(key, { share: Number(percents) / PERCENTS });
      else if (line.trim() !== '') this.#change(key, { words: line.slice(0, WORDS_LENGTH_MAX) });
    });
    child.once('error', (error) => this.#change(key, { words: error.message }));
    child.once('close', (code) => {
      void this.#ended(key, code, documentIn(printed), onDone).finally(() => {
        this.#processes.delete(key);
        onEnd?.();
      });
    });
  }

  async #ended(key: string, code: number | null, printed: unknown, onDone: JobAsked['onDone']): Promise<void> {
    const before = this.#rows.get(key);
    const state = before?.state === 'stopped' ? 'stopped' : code === 0 ? 'done' : 'failed';
    const isDone = state === 'done';
    const found = isDone && onDone !== undefined ? await onDone(printed).catch(() => ({})) : {};
    this.#change(key, {
      ...{ state, endedAt: Date.now(), run: runIn(printed) ?? before?.run ?? null },
      ...(isDone ? { share: 1, words: '', ...found } : {}),
    });
  }

  #change(key: string, change: Partial<JobRow>): void {
    const row = this.#rows.get(key);
    if (row !== undefined) this.#rows.set(key, { ...row, ...change });
  }
}

/** The document that was printed; undefined where it is none. */
function documentIn(printed: string): unknown {
  try {
    return JSON.parse(printed);
  } catch {
    return undefined;
  }
}

/** The run that the printed document is about. */
const runIn = (printed: unknown): string | undefined =>
  isRecord(printed) && typeof printed['run'] === 'string' ? printed['run'] : undefined;
