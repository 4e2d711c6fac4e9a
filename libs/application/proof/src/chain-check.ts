import { existsSync } from 'node:fs';
import type { WriteOnceTexts } from '@aitrader/adapter-bar-archive';
import type { RunId } from '@aitrader/model';
import { messageAt, recordingInfo, type Bus } from '@aitrader/runtime-bus';
import { anchorLine, whyNotNext, whyNotSigned, type Anchor } from './anchor.ts';
import { anchorFilesOf, readAnchors, readLeaves, type ChainProblem } from './anchor-files.ts';
import { BLOCK_MESSAGES_MAX } from './anchor-log.ts';
import { HASH_BYTES, leafAt, leafCount, rootOf } from './merkle.ts';
import { outsideBlock, outsideBlocks, outsideName, type OutsideBlock } from './outside.ts';
import { recordedLeaves, type RecordedLeaves } from './recorded-leaves.ts';

/** What a recording is held against. */
export interface ChainMeans {
  readonly bus: Bus;
  readonly home: string;
  /** public keys whose anchors count */
  readonly keys: readonly string[];
  readonly outside: WriteOnceTexts | undefined;
}

/** What a recording came to, held against its anchors. */
export interface ChainVerdict {
  readonly run: RunId;
  /** messages of the recording */
  readonly messages: number;
  /** blocks that are sound, and the last message of them: the recording up to there is what was anchored */
  readonly blocks: number;
  readonly anchored: number;
  /** messages behind the last anchor: nothing is said of them */
  readonly notAnchored: number;
  /** blocks by the key that they are signed with */
  readonly signedBy: readonly { readonly key: string; readonly blocks: number; readonly from: string; readonly to: string }[];
  /** the place outside, where one is named, and how many blocks it has */
  readonly outside: { readonly name: string; readonly blocks: number } | undefined;
  /** the last line of the anchors was cut off by a crash, and counts as not written */
  readonly isTorn: boolean;
  /** the first place that is not what was anchored; undefined when there is none */
  readonly problem: ChainProblem | undefined;
}

/** Messages that are read at a time: bounds what is held in memory. */
const PASS_MESSAGES_MAX = 64 * BLOCK_MESSAGES_MAX;

/**
 * Holds a recording against its anchors, block by block, and names the first message that is not the one that was anchored. Of anchors in the home and outside
 * those outside count. Reads every message once. @throws UnknownRunError, Error of the bus, the disk and the place outside
 */
export async function checkChain(means: ChainMeans, run: RunId, onProgress?: (share: number) => void): Promise<ChainVerdict> {
  const messages = (await recordingInfo(means.bus, run)).state.last_seq;
  const chain = await readAnchors(anchorFilesOf(means.home, run).lines, run, means.keys);
  const there = means.outside === undefined ? undefined : await readOutside(means, means.outside, run, chain.anchors);
  const anchors = there?.anchors ?? chain.anchors;
  const problems = [chain.problem, there?.problem].filter((problem) => problem !== undefined);
  const changed = await firstChanged(means, run, anchors, messages, onProgress);
  const problem = firstOf(changed === undefined ? problems : [changed, ...problems]);
  const sound = anchors.filter(({ last }) => problem === undefined || last < problem.seq);
  const anchored = sound.at(-1)?.last ?? 0;
  return {
    ...{ run, messages, anchored, problem, blocks: sound.length, isTorn: chain.isTorn },
    notAnchored: Math.max(0, messages - anchored),
    signedBy: signersOf(sound),
    outside: there === undefined ? undefined : { name: there.name, blocks: there.blocks },
  };
}

/** The problem of the first block that has any; of several the first one's place, and the words of all. */
function firstOf(problems: readonly ChainProblem[]): ChainProblem | undefined {
  const block = Math.min(...problems.map((each) => each.block));
  const ofBlock = problems.filter((each) => each.block === block);
  const [first] = ofBlock;
  return first === undefined ? undefined : { ...first, problem: ofBlock.map(({ problem }) => problem).join('; ') };
}

function signersOf(anchors: readonly Anchor[]): ChainVerdict['signedBy'] {
  const by = new Map<string, { blocks: number; from: string; to: string }>();
  for (const { key, at } of anchors) {
    const before = by.get(key) ?? { blocks: 0, from: at, to: at };
    by.set(key, { blocks: before.blocks + 1, from: before.from, to: at });
  }
  return [...by].map(([key, said]) => ({ key, ...said }));
}

interface Outside {
  readonly name: string;
  /** how many blocks are there */
  readonly blocks: number;
  /** those that are there, and behind them those of the home that go on from them */
  readonly anchors: readonly Anchor[];
  readonly problem: ChainProblem | undefined;
}

/** The anchors that are outside, held against the keys, one another, and those of the home. */
async function readOutside({ keys }: ChainMeans, place: WriteOnceTexts, run: RunId, here: readonly Anchor[]): Promise<Outside> {
  const blocks = await outsideBlocks(place, run);
  const anchors: Anchor[] = [];
  let problem: ChainProblem | undefined;
  for (const found of blocks) {
    const before = anchors.at(-1);
    const [block, seq] = [(before?.block ?? 0) + 1, (before?.last ?? 0) + 1];
    const said = found === block ? outsideBlock((await place.read(outsideName(run, block))) ?? '') : { problem: 'is missing' };
    const why = 'problem' in said ? said.problem : (whyNotNext(said.anchor, run, before) ?? whyNotSigned(said.anchor, keys));
    if (why !== undefined || 'problem' in said) {
      problem = { block, seq, problem: `${place.name}: block ${block} ${why ?? ''}` };
      break;
    }
    problem ??= differenceOf(place.name, said, here[block - 1]);
    anchors.push(said.anchor);
  }
  const goOn = problem === undefined ? here.slice(anchors.length) : [];
  return { name: place.name, blocks: blocks.length, anchors: [...anchors, ...goOn], problem };
}

/** What the home says otherwise of a block than the place outside does. */
function differenceOf(name: string, { anchor }: OutsideBlock, here: Anchor | undefined): ChainProblem | undefined {
  const { block, first: seq } = anchor;
  if (here === undefined)
    return { block, seq, problem: `block ${block} is missing among the anchors of this home, and ${name} has it` };
  if (anchorLine(here) === anchorLine(anchor)) return undefined;
  return { block, seq, problem: `block ${block} of this home is not the one that ${name} has: it was signed a second time` };
}

/** The first message that is not what was anchored. */
async function firstChanged(
  means: ChainMeans,
  run: RunId,
  anchors: readonly Anchor[],
  messages: number,
  onProgress?: (share: number) => void,
): Promise<ChainProblem | undefined> {
  for (let at = 0; at < anchors.length;) {
    const blocks = blocksOfPass(anchors, at);
    const [first, last] = [blocks[0]?.first ?? 1, blocks.at(-1)?.last ?? 0];
    const recorded = await recordedLeaves(means.bus, run, first, last);
    for (const anchor of blocks) {
      const problem = await differenceIn(means, run, anchor, within(recorded, first, anchor), messages);
      if (problem !== undefined) return problem;
    }
    at += blocks.length;
    onProgress?.(last / messages);
  }
  return undefined;
}

/** The next blocks that are read at once: one at least. */
function blocksOfPass(anchors: readonly Anchor[], from: number): readonly Anchor[] {
  const first = anchors[from]?.first ?? 1;
  let to = from + 1;
  while (to < anchors.length && (anchors[to]?.last ?? Infinity) - first < PASS_MESSAGES_MAX) to += 1;
  return anchors.slice(from, to);
}

/** What was read of a block, out of what was read from `from` on. */
function within({ leaves, missing }: RecordedLeaves, from: number, { first, last }: Anchor): RecordedLeaves {
  return {
    leaves: leaves.subarray((first - from) * HASH_BYTES, (last + 1 - from) * HASH_BYTES),
    missing: missing !== undefined && missing <= last ? missing : undefined,
  };
}

/** What is wrong with a block. */
async function differenceIn(
  means: ChainMeans,
  run: RunId,
  anchor: Anchor,
  { leaves, missing }: RecordedLeaves,
  messages: number,
): Promise<ChainProblem | undefined> {
  const { block, first, last, root } = anchor;
  if (missing === undefined && isRoot(leaves, root)) return undefined;
  const then = await anchoredLeaves(means, run, anchor);
  const changed = then === undefined ? undefined : firstOther(leaves, then);
  if (changed !== undefined) {
    const seq = first + changed;
    const subject = (await messageAt(means.bus, run, seq))?.subject;
    return {
      block,
      seq,
      problem: `message ${seq} on ${subject ?? 'no subject'} is not the one that was anchored (block ${block})`,
    };
  }
  if (missing !== undefined) {
    const what =
      missing > messages
        ? `the recording ends with message ${messages}, and messages up to ${last} were anchored (block ${block})`
        : `message ${missing} is missing, and it was anchored (block ${block})`;
    // without the leaves of then, one before it may be another, too
    return then === undefined && missing > first
      ? { block, seq: first, problem: `${what}; whether those from ${first} on are the ones that were anchored cannot be told` }
      : { block, seq: missing, problem: what };
  }
  return {
    block,
    seq: first,
    problem: `messages ${first} to ${last} are not those that were anchored as block ${block}; which of them was changed cannot be told, for their leaves are not here`,
  };
}

const isRoot = (leaves: Uint8Array, root: string): boolean => Buffer.from(rootOf(leaves)).toString('hex') === root;

/** The leaves that were anchored, wherever they are kept: they count when their root is the one that was signed. */
async function anchoredLeaves(
  { home, outside }: ChainMeans,
  run: RunId,
  { block, first, last, root }: Anchor,
): Promise<Uint8Array | undefined> {
  const file = anchorFilesOf(home, run).leaves;
  const here = existsSync(file) ? await readLeaves(file, first, last) : undefined;
  if (here !== undefined && leafCount(here) === last - first + 1 && isRoot(here, root)) return here;
  const said = outsideBlock((await outside?.read(outsideName(run, block))) ?? '');
  if ('problem' in said || leafCount(said.leaves) !== last - first + 1) return undefined;
  return isRoot(said.leaves, root) ? said.leaves : undefined;
}

/** The index of the first leaf that is another one; undefined when all that are there are the same. */
function firstOther(leaves: Uint8Array, then: Uint8Array): number | undefined {
  for (let i = 0; i < leafCount(leaves); i++) if (Buffer.compare(leafAt(leaves, i), leafAt(then, i)) !== 0) return i;
  return undefined;
}
