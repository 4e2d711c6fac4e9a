import { stat } from 'node:fs/promises';
import type { WriteOnceTexts } from '@aitrader/adapter-bar-archive';
import type { RunId } from '@aitrader/model';
import { recordingInfo, withLock, type Bus } from '@aitrader/runtime-bus';
import type { Signer } from '@aitrader/runtime-signing';
import { isMissingFile, makeFolder } from '@aitrader/runtime-storage';
import path from 'node:path';
import { anchorHash, NOTHING_BEFORE, signAnchor, type Anchor } from './anchor.ts';
import {
  anchorFilesOf,
  appendAnchor,
  keptLeaves,
  readAnchors,
  readLeaves,
  writeLeaves,
  type AnchorFiles,
} from './anchor-files.ts';
import { HASH_BYTES, leafCount, rootOf } from './merkle.ts';
import { outsideBlocks, outsideName, outsideText } from './outside.ts';
import { recordedLeaves } from './recorded-leaves.ts';

/** Messages of a block at most: a proof has ten hashes then, and its leaves take 32 kB. */
export const BLOCK_MESSAGES_MAX = 1_024;
/** Messages whose leaves are held at a time. */
const PASS_MESSAGES_MAX = 64 * BLOCK_MESSAGES_MAX;

/** What anchors are made with. */
export interface AnchorMeans {
  readonly bus: Bus;
  readonly home: string;
  readonly signer: Signer;
  /** public keys whose anchors count */
  readonly keys: readonly string[];
  /** where anchors are also kept; undefined where no place is named */
  readonly outside: WriteOnceTexts | undefined;
}

/** Signing would contradict what was signed before: that is evidence of tampering, and nothing more is signed. */
export class AnchorRefused extends Error {
  override readonly name = 'AnchorRefused';
  constructor(run: string, why: string) {
    super(`${run} is not anchored any further, for what was anchored speaks against what is there: ${why}`);
  }
}

/**
 * Signs the blocks of one run.
 *
 * 1. A block is signed once. Whoever signs holds the lock of the run's anchors, and goes on behind the last one on the disk.
 * 2. Nothing is signed on top of a chain that is broken, of a last block that the recording no longer agrees with, or behind a place outside that knows
 *    more than the home.
 * 3. The home has an anchor before the place outside has it. What could not be brought there is brought later.
 */
export class AnchorLog {
  readonly #means: AnchorMeans;
  readonly #run: RunId;
  readonly #files: AnchorFiles;
  #anchors: Anchor[] = [];
  /** bytes of the lines that are known; undefined before they were read */
  #bytes: number | undefined;
  #isTorn = false;
  /** how many blocks are outside; undefined before that was asked */
  #outside: number | undefined;
  #outsideProblem: Error | undefined;

  constructor(means: AnchorMeans, run: RunId) {
    [this.#means, this.#run, this.#files] = [means, run, anchorFilesOf(means.home, run)];
  }

  /** The last message that is anchored; 0 before the first. */
  get last(): number {
    return this.#anchors.at(-1)?.last ?? 0;
  }
  get blocks(): number {
    return this.#anchors.length;
  }
  /** Why the last blocks are not outside; undefined when they are, or when there is no such place. */
  get outsideProblem(): Error | undefined {
    return this.#outsideProblem;
  }

  /**
   * Signs the blocks that are full, or with `toEnd` all that is recorded now, up to a bound at a time. Returns how many messages are left to be anchored.
   * @throws AnchorRefused; UnknownRunError, and Error of the bus and the disk, after which it may be tried again
   */
  async advance(toEnd: boolean): Promise<number> {
    if (this.#bytes !== undefined && this.#isOutside) {
      const left = (await this.#end()) - this.last;
      if (left === 0 || (left > 0 && wholeBlocks(left, toEnd) === 0)) return left;
    }
    makeFolder(path.dirname(this.#files.lock));
    return withLock(this.#files.lock, async () => {
      // what stood there before the lock was held may have been signed meanwhile
      const end = await this.#end();
      await this.#read(end);
      await this.#askOutside();
      const begun = await this.#begunBlock(end);
      const due = begun + wholeBlocks(end - this.last - begun, toEnd);
      if (due > 0) await this.#sign(Math.min(due, begun + PASS_MESSAGES_MAX), begun);
      await this.#bringOutside();
      return end - this.last;
    });
  }

  /** The last message that is recorded. */
  async #end(): Promise<number> {
    return (await recordingInfo(this.#means.bus, this.#run)).state.last_seq;
  }

  /** All blocks are outside, or there is no such place. */
  get #isOutside(): boolean {
    return this.#means.outside === undefined || this.#outside === this.blocks;
  }

  /** Reads what is on the disk, where it is not known. */
  async #read(end: number): Promise<void> {
    const { lines } = this.#files;
    if (this.#bytes !== undefined && (await sizeOf(lines)) === this.#bytes) return;
    const { anchors, problem, bytes, isTorn } = await readAnchors(lines, this.#run, this.#means.keys);
    if (problem !== undefined) throw this.#refused(problem.problem);
    [this.#anchors, this.#bytes, this.#isTorn, this.#outside] = [[...anchors], bytes, isTorn, undefined];
    const last = anchors.at(-1);
    if (last === undefined) return;
    if (end < last.last)
      throw this.#refused(`the recording ends with message ${end}, and messages up to ${last.last} are anchored`);
    const { leaves, missing } = await recordedLeaves(this.#means.bus, this.#run, last.first, last.last);
    if (missing !== undefined) throw this.#refused(`message ${missing} is missing, and it is anchored`);
    if (hex(rootOf(leaves)) !== last.root)
      throw this.#refused(`messages ${last.first} to ${last.last} are not those that were anchored as block ${last.block}`);
  }

  /** How many messages a block has that a crash kept from being signed: its leaves are there. */
  async #begunBlock(end: number): Promise<number> {
    const { leaves } = this.#files;
    const kept = await keptLeaves(leaves);
    const begun = Math.max(0, kept - this.last);
    if (begun === 0) return 0;
    if (begun > BLOCK_MESSAGES_MAX)
      throw this.#refused(
        `${this.#files.lines} ends with message ${this.last}, and there are leaves up to ${kept}: lines were taken away`,
      );
    if (end < kept) throw this.#refused(`the recording ends with message ${end}, and there are leaves up to ${kept}`);
    const then = await readLeaves(leaves, this.last + 1, kept);
    const now = await recordedLeaves(this.#means.bus, this.#run, this.last + 1, kept);
    if (Buffer.compare(then, now.leaves) !== 0)
      throw this.#refused(`messages ${this.last + 1} to ${kept} are not those that were to be anchored next before a crash`);
    return begun;
  }

  /** Signs the next messages, of which the first so many are a block that was begun. */
  async #sign(messages: number, begun: number): Promise<void> {
    const from = this.last + 1;
    const { leaves, missing } = await recordedLeaves(this.#means.bus, this.#run, from, from + messages - 1);
    if (missing !== undefined) throw this.#refused(`message ${missing} is missing`);
    for (let done = 0; done < messages;) {
      const size = done === 0 && begun > 0 ? begun : Math.min(BLOCK_MESSAGES_MAX, messages - done);
      await this.#append(leaves.subarray(done * HASH_BYTES, (done + size) * HASH_BYTES));
      done += size;
    }
  }

  async #append(leaves: Uint8Array): Promise<void> {
    const before = this.#anchors.at(-1);
    const [first, messages] = [this.last + 1, leafCount(leaves)];
    const anchor = signAnchor(this.#means.signer, {
      ...{ run: this.#run, block: this.blocks + 1, first, last: first + messages - 1, messages },
      root: hex(rootOf(leaves)),
      before: before === undefined ? NOTHING_BEFORE : anchorHash(before),
      at: new Date().toISOString(),
    });
    const known = { bytes: this.#bytes ?? 0, isTorn: this.#isTorn };
    // should a write fail half-way, what is there then is read again
    this.#bytes = undefined;
    await writeLeaves(this.#files.leaves, first, leaves);
    this.#bytes = await appendAnchor(this.#files.lines, anchor, known);
    this.#isTorn = false;
    this.#anchors.push(anchor);
  }

  /** Learns what is outside. @throws AnchorRefused when that is more than is here */
  async #askOutside(): Promise<void> {
    const { outside } = this.#means;
    if (outside === undefined || this.#outside !== undefined) return;
    try {
      const there = (await outsideBlocks(outside, this.#run)).at(-1) ?? 0;
      if (there > this.blocks)
        throw this.#refused(`${outside.name} has block ${there}, and ${this.#files.lines} ends with block ${this.blocks}`);
      this.#outside = there;
    } catch (error) {
      this.#keepProblem(error);
    }
  }

  /** Brings the blocks outside that are not there yet. @throws AnchorRefused when another one is there under a block's number */
  async #bringOutside(): Promise<void> {
    const { outside } = this.#means;
    if (outside === undefined || this.#outside === undefined) return;
    try {
      for (const anchor of this.#anchors.slice(this.#outside)) {
        const { block, first, last } = anchor;
        const name = outsideName(this.#run, block);
        const text = outsideText({ anchor, leaves: await readLeaves(this.#files.leaves, first, last) });
        // a try whose answer was lost may have been the one that counts
        if (!(await outside.put(name, text)) && lineIn(await outside.read(name)) !== lineIn(text))
          throw this.#refused(`${outside.name}/${name} has another block ${block}`);
        this.#outside = block;
      }
      this.#outsideProblem = undefined;
    } catch (error) {
      this.#keepProblem(error);
    }
  }

  /** A place outside that cannot be reached keeps nothing from being signed here. */
  #keepProblem(error: unknown): void {
    if (error instanceof AnchorRefused || !(error instanceof Error)) throw error;
    this.#outsideProblem = error;
  }

  #refused(why: string): AnchorRefused {
    return new AnchorRefused(this.#run, why);
  }
}

/** The anchor of a text from outside, as it was written. */
const lineIn = (text: string | undefined): string | undefined => text?.split('\n')[0];

/** How many of the messages that are left are signed now: those of whole blocks, or all. */
const wholeBlocks = (messages: number, toEnd: boolean): number => (toEnd ? messages : messages - (messages % BLOCK_MESSAGES_MAX));

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isMissingFile(error)) return 0;
    throw error;
  }
}
