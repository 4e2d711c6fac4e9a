import { appendFile, mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/*
 * What a vendor streamed, frame by frame as it came, for audit: `<folder>/<UTC date>/<epoch ms of its first frame>.jsonl.gz`, a line of
 * JSON for each frame.
 *
 * 1. Nobody waits for it: what cannot be written in time, or on a disk that has no room to spare, is dropped, counted and told.
 * 2. A file is whole up to the last pieces of a second or so that were written, whenever its writer is killed: pieces are compressed one by one.
 * 3. All files of a folder together are bounded: the oldest go first.
 */

export interface FrameLogOptions {
  readonly folder: string;
  /** takes keys out of a text */
  readonly withoutSecrets: (text: string) => string;
  /** what went wrong, once until it is well again */
  readonly problem: (text: string) => void;
  readonly bounds?: Partial<FrameLogBounds>;
}

export interface FrameLogBounds {
  /** frames wait so long for others to be written with, ms */
  readonly flushMs: number;
  /** frames that wait to be written take no more bytes than this */
  readonly waitingBytesMax: number;
  /** a file with more frames than that, in bytes before they are packed, is followed by the next one */
  readonly fileBytesMax: number;
  /** all files of the folder, packed */
  readonly folderBytesMax: number;
  /** what stays free for the recording, which comes first */
  readonly freeBytesMin: number;
}

const BOUNDS: FrameLogBounds = {
  flushMs: 2_000,
  waitingBytesMax: 32 << 20,
  fileBytesMax: 256 << 20,
  folderBytesMax: 4 * 2 ** 30,
  freeBytesMin: 2 ** 30,
};

const packed = promisify(gzip);

/** Keeps frames until it is closed. */
export class FrameLog {
  readonly #options: FrameLogOptions;
  readonly #bounds: FrameLogBounds;
  #lines: string[] = [];
  #bytes = 0;
  #dropped = 0;
  #firstAt = 0;
  #file: { readonly name: string; bytes: number } | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;
  #isUnwell = false;
  readonly #timer: NodeJS.Timeout;

  constructor(options: FrameLogOptions) {
    this.#options = options;
    this.#bounds = { ...BOUNDS, ...options.bounds };
    this.#timer = setInterval(() => this.#flush(), this.#bounds.flushMs);
    this.#timer.unref();
  }

  /** Takes a frame that came at `at`, epoch ms. Never throws, never waits. */
  keep(frame: Uint8Array, at: number): void {
    if (this.#bytes + frame.length > this.#bounds.waitingBytesMax) {
      this.#dropped += 1;
      return;
    }
    const line = this.#lineOf(frame, at);
    if (this.#lines.length === 0) this.#firstAt = at;
    this.#lines.push(line);
    this.#bytes += line.length;
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    this.#flush();
    await this.#writing;
  }

  #lineOf(frame: Uint8Array, at: number): string {
    const { withoutSecrets } = this.#options;
    const text = Buffer.from(frame).toString('utf8');
    const isText = Buffer.from(text).equals(frame);
    return `${JSON.stringify(isText ? { at, text: withoutSecrets(text) } : { at, base64: Buffer.from(frame).toString('base64') })}\n`;
  }

  #flush(): void {
    if (this.#isWriting || this.#lines.length === 0) return;
    if (this.#dropped > 0) this.#lines.push(`${JSON.stringify({ at: this.#firstAt, dropped: this.#dropped })}\n`);
    const [lines, bytes, at, dropped] = [this.#lines, this.#bytes, this.#firstAt, this.#dropped];
    this.#lines = [];
    this.#bytes = this.#dropped = 0;
    this.#isWriting = true;
    this.#writing = this.#write(lines, bytes, at)
      .then(() => this.#well())
      .catch((error: unknown) => {
        this.#dropped += lines.length + dropped;
        this.#file = undefined;
        this.#unwell(error instanceof Error ? error.message : String(error));
      })
      .finally(() => (this.#isWriting = false));
  }

  #well(): void {
    if (this.#isUnwell) this.#options.problem('what the vendor streams is kept again');
    this.#isUnwell = false;
  }

  #unwell(why: string): void {
    if (!this.#isUnwell) this.#options.problem(`what the vendor streams is not kept: ${why}`);
    this.#isUnwell = true;
  }

  async #write(lines: readonly string[], bytes: number, at: number): Promise<void> {
    const { folder } = this.#options;
    const { fileBytesMax, freeBytesMin } = this.#bounds;
    await mkdir(folder, { recursive: true });
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < freeBytesMin) throw new Error(`less than ${freeBytesMin >> 20} MiB are free in ${folder}`);
    const date = new Date(at).toISOString().slice(0, 10);
    if (this.#file === undefined || this.#file.bytes > fileBytesMax || !this.#file.name.includes(`${path.sep}${date}${path.sep}`))
      await this.#nextFile(date, at);
    const file = this.#file;
    if (file === undefined) return;
    await appendFile(file.name, await packed(lines.join('')));
    file.bytes += bytes;
  }

  async #nextFile(date: string, at: number): Promise<void> {
    const { folder } = this.#options;
    await mkdir(path.join(folder, date), { recursive: true });
    await this.#makeRoom();
    this.#file = { name: path.join(folder, date, `${at}.jsonl.gz`), bytes: 0 };
  }

  /** Removes the oldest files beyond the bound. */
  async #makeRoom(): Promise<void> {
    const { folder } = this.#options;
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.jsonl.gz')).sort();
    const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).size));
    let total = sizes.reduce((sum, size) => sum + size, 0);
    for (const [i, name] of names.entries()) {
      if (total <= this.#bounds.folderBytesMax) return;
      await rm(path.join(folder, name), { force: true });
      total -= sizes[i] ?? 0;
    }
  }
}
