import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';

/** After a failed write the server says this once a stream, and then answers no publish to that stream until it is restarted. */
const WRITE_FAILED = /critical write error/i;
/** More than one check's worth of log; the lines repeat with every refused publish. */
const TAIL_BYTES_MAX = 256 * 1024;

/** Bytes of a file, 0 when it is not there. */
export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** What was appended to a log since `from`, its last 256 kB at most; a log that was rotated meanwhile is read from its start. */
export function readAppended(file: string, from: number): string {
  const size = sizeOf(file);
  const start = Math.max(size < from ? 0 : from, size - TAIL_BYTES_MAX);
  if (size <= start) return '';
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(size - start);
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, start));
  } finally {
    closeSync(descriptor);
  }
}

/** Follows a server's log for writes that failed, and the disk for room. */
export class StoreWatch {
  readonly #log: string;
  readonly #store: string;
  readonly #bytesFreeMin: number;
  #read: number;
  #failure: string | undefined;

  constructor(log: string, store: string, bytesFreeMin: number) {
    this.#log = log;
    this.#store = store;
    this.#bytesFreeMin = bytesFreeMin;
    this.#read = sizeOf(log);
  }

  /** `shut`: writes failed and there is no room yet; `freed`: they failed but there is room again, so a restart will help. */
  async check(): Promise<{ readonly condition: 'sound' | 'shut' | 'freed'; readonly failure?: string }> {
    const lines = readAppended(this.#log, this.#read).split('\n');
    this.#read = sizeOf(this.#log);
    this.#failure ??= lines.find((line) => WRITE_FAILED.test(line));
    if (this.#failure === undefined) return { condition: 'sound' };
    const { bavail, bsize } = await statfs(this.#store);
    return { condition: bavail * bsize >= this.#bytesFreeMin ? 'freed' : 'shut', failure: this.#failure };
  }
}
