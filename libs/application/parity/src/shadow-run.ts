import { manifestOrFail, thisCode, writerOf, type WritingCode } from '@aitrader/application-recordings';
import type { Fact } from '@aitrader/contracts';
import { compareText, type OrderId, type RunConfig, type RunId, type Ticker } from '@aitrader/model';
import { isComplete, readRecording, type Bus } from '@aitrader/runtime-bus';
import { configHashOf } from '@aitrader/runtime-configuration';
import type { OtherAnswer } from './answers.ts';
import { ParityWalk } from './parity-walk.ts';

/*
 * A shadow hears what a run recorded and decides beside it, with no right to say anything in it.
 *
 * 1. It goes one step ahead: each decision is made from what was recorded up to there, the account and the operators' commands included, so that a
 *    difference shows where it arises, and makes no other.
 * 2. It is clean only if it decided everything as the run did, of a run that was whole before it began and decided anything at all.
 * 3. Nothing is shown before it is through: a verdict that says so is there from its beginning on, in the place of what an earlier one said.
 */

/** Something that a shadow decided otherwise. */
export interface ShadowDifference {
  /** interval, epoch ms */
  readonly t: number;
  readonly order: OrderId;
  readonly symbol: Ticker;
  readonly recorded: string;
  readonly shadow: string;
  /** the gate that denied it, to either; null when none did */
  readonly gate: string | null;
}

/** Differences of one kind: what became of it, in the run and by the shadow, whatever was bought or sold. */
export interface ShadowDifferenceKind {
  /** `order`, `denied by GATE`, `left: REASON` or `not asked for` */
  readonly recorded: string;
  readonly shadow: string;
  readonly count: number;
}

/** What a shadow came to beside a run. */
export interface ShadowVerdict {
  readonly run: RunId;
  /** the run's first and last interval */
  readonly from: number;
  readonly to: number;
  /** who decided the run, and who was its shadow */
  readonly blue: WritingCode & { readonly configHash: string };
  readonly shadow: WritingCode & { readonly configHash: string };
  /** whether the run had come to its end when the shadow began, and all of it was decided again */
  readonly isWhole: boolean;
  readonly intervals: number;
  /** what the run decided: orders, denials and orders to be left */
  readonly decisions: number;
  readonly differences: number;
  readonly first: ShadowDifference | null;
  /** the same by their kind, the most frequent first: they come to all differences */
  readonly kinds: readonly ShadowDifferenceKind[];
  /** facts that read otherwise, decisions aside: in how many intervals */
  readonly otherFacts: readonly { readonly fact: Fact; readonly intervals: number; readonly t: number }[];
  readonly isClean: boolean;
}

/** What is asked for. */
export interface ShadowRequest {
  readonly run: RunId;
  /** the shadow's configuration; without one, the run's */
  readonly config?: RunConfig;
  readonly onProgress?: (share: number) => void;
  /** told, before anything is decided, what there is to say of a shadow that comes to no end */
  readonly onBegun?: (verdict: ShadowVerdict) => Promise<unknown>;
}

/** Lets this program be the shadow of a recording. @throws UnknownRunError, BrokenRecordingError, CarriedStateError */
export async function shadowOf(bus: Bus, { run, config, onProgress, onBegun }: ShadowRequest): Promise<ShadowVerdict> {
  const manifest = await manifestOrFail(bus, run);
  const own = config ?? manifest.config;
  const isOther = configHashOf(own) !== manifest.configHash;
  const against = { config: own, isRuled: isOther, hearsOperators: true, revised: undefined };
  const begun: ShadowVerdict = {
    ...{ run, from: manifest.from, to: manifest.to },
    blue: { ...writerOf(manifest), configHash: manifest.configHash },
    shadow: { ...thisCode(), configHash: configHashOf(own) },
    ...{ isWhole: false, intervals: 0, decisions: 0, differences: 0, first: null, kinds: [], otherFacts: [], isClean: false },
  };
  await onBegun?.(begun);
  // asked before anything is read: what a run that goes on adds meanwhile is not decided again
  const isOver = await isComplete(bus, run, manifest);
  let walk: ParityWalk | undefined;
  let decisions = 0;
  const { unfinished } = await readRecording(bus, run, {
    ...(onProgress === undefined ? {} : { onProgress }),
    onInterval: (recorded, _, before) => {
      walk ??= new ParityWalk(manifest, before && (() => before.closing()), against);
      walk.pass(recorded);
      decisions += walk.decided;
    },
  });
  // what another configuration changes stands beside what today's program says by the recorded one
  const answers = [...(walk?.today?.answers ?? []), ...(walk?.ruled?.answers ?? [])].sort((a, b) => a.t - b.t);
  const [first] = answers;
  const isWhole = isOver && unfinished === 0;
  return {
    ...begun,
    ...{ isWhole, intervals: walk?.intervals ?? 0, decisions, differences: answers.length },
    first:
      first === undefined
        ? null
        : {
            ...{ t: first.t, order: first.order, symbol: first.symbol, recorded: first.one, shadow: first.other },
            gate: gateIn(first.other) ?? gateIn(first.one) ?? null,
          },
    kinds: kindsOf(answers),
    otherFacts: [...(walk?.facts ?? [])].map(([fact, { count: intervals, t }]) => ({ fact, intervals, t })),
    isClean: isWhole && decisions > 0 && answers.length === 0,
  };
}

function kindsOf(answers: readonly Pick<OtherAnswer, 'one' | 'other'>[]): readonly ShadowDifferenceKind[] {
  const kinds = new Map<string, ShadowDifferenceKind>();
  for (const { one, other } of answers) {
    const [recorded, shadow] = [kindIn(one), kindIn(other)];
    const key = JSON.stringify([recorded, shadow]);
    kinds.set(key, { recorded, shadow, count: (kinds.get(key)?.count ?? 0) + 1 });
  }
  const named = ({ recorded, shadow }: ShadowDifferenceKind): string => `${recorded} ${shadow}`;
  return [...kinds.values()].sort((a, b) => b.count - a.count || compareText(named(a), named(b)));
}

const kindIn = (words: string): string => (/^(denied by |left: |not asked for)/.test(words) ? words : 'order');

const gateIn = (words: string): string | undefined => /^denied by (.+)$/.exec(words)?.[1];
