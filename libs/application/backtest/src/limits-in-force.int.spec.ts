/**
 * Which limits are in force while a run is being recorded: those that risk has decided by, command by command, wherever one stands.
 */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { standingLimits } from '@aitrader/application-recordings';
import { addressOf, decodeControl, intervalOf, TOPOLOGY, upcast, type Fact } from '@aitrader/contracts';
import { item, runId, type OperatorLimit } from '@aitrader/model';
import { createRecording, deleteRecording, manifestOf, RecordingAssembler, type Bus } from '@aitrader/runtime-bus';
import { START_MS_MAX, openTestHome } from '../../../../tools/testing/home-under-test.ts';
import { keptMessages, restoreMessages, type KeptMessage } from '../testing/golden-recording.ts';

const MESSAGES = keptMessages(path.resolve(import.meta.dirname, '../golden/orders-v4.jsonl.gz'));
const RUN = runId(item(MESSAGES, 0).subject.split('.')[1] ?? '');
const CONFIGURED: readonly (readonly [OperatorLimit, number])[] = [
  ['grossNotionalFractionMax', 1],
  ['entryLimits.perIntervalMax', 20],
];
/** An interval of this recording is some twelve messages: the command is tried in the one that it was given in, and in those beside it. */
const PLACES = 8;
const SEEN_MESSAGES = 26;
const NEAR_MS = 180_000;
const WHOLE_MS_MAX = 120_000;

const factOf = ({ subject }: KeptMessage): Fact => addressOf(subject).fact;
const isCommand = ({ subject }: KeptMessage): boolean => subject.endsWith('.operator');
const AWAITED: readonly Fact[] = TOPOLOGY.risk.reads.filter(({ when }) => when === 'now').map(({ fact }) => fact);

function today({ subject, data }: KeptMessage): Uint8Array {
  const { fact, version } = addressOf(subject);
  return upcast(fact, version, data);
}

/** The same run with a risk that is slow: what it says of an interval is stored when all of the next one is. */
function withSlowRisk(messages: readonly KeptMessage[]): KeptMessage[] {
  const lastOf = new Map<number, KeptMessage>();
  for (const message of messages)
    if (AWAITED.includes(factOf(message))) lastOf.set(intervalOf(factOf(message), message.data), message);
  const isLast = (message: KeptMessage): boolean => [...lastOf.values()].includes(message);
  const stored: KeptMessage[] = [];
  let [waiting, saying]: KeptMessage[][] = [[], []];
  for (const message of messages) {
    if (TOPOLOGY.risk.writes.includes(factOf(message))) saying?.push(message);
    else stored.push(message);
    if (!isLast(message)) continue;
    stored.push(...(waiting ?? []));
    [waiting, saying] = [saying, []];
  }
  return [...stored, ...(waiting ?? []), ...(saying ?? [])];
}

describe('the limits of a run that goes on', () => {
  let home: Awaited<ReturnType<typeof openTestHome>>;
  let bus: Bus;
  beforeAll(async () => {
    home = await openTestHome();
    ({ bus } = home);
  }, START_MS_MAX);
  afterAll(() => home.close());

  /** Records messages, and holds what is said to be in force, and pending, after some of them against a reader who follows the recording. */
  async function followed(messages: readonly KeptMessage[], isLookedAt: (i: number) => boolean): Promise<ReadonlySet<string>> {
    const [heard, recorded] = [new Map<OperatorLimit, number | null>(), new Map<OperatorLimit, number | null>()];
    const assembler = new RecordingAssembler(({ control }) => {
      for (const { data } of control) for (const { limit, most } of decodeControl(data).limits) heard.set(limit, most);
    });
    const seen = new Set<string>();
    await createRecording(bus, RUN);
    for (const [i, kept] of messages.entries()) {
      const message = { ...kept, seq: i + 1 };
      await restoreMessages(bus, RUN, [message]);
      if (isCommand(message)) for (const { limit, most } of decodeControl(today(message)).limits) recorded.set(limit, most);
      assembler.offer({ ...message, data: today(message) });
      const manifest = isLookedAt(i) ? await manifestOf(bus, RUN) : undefined;
      if (manifest === undefined) continue;
      const limits = await standingLimits(bus, manifest);
      for (const [limit, configured] of CONFIGURED) {
        const { inForce, pending } = item(
          limits.filter((one) => one.limit === limit),
          0,
        );
        const isPending = heard.get(limit) !== recorded.get(limit);
        const expected = [heard.get(limit) ?? configured, isPending ? (recorded.get(limit) ?? configured) : undefined];
        expect([i, limit, inForce, pending?.most]).toEqual([i, limit, ...expected]);
        seen.add(`${limit} ${inForce}${pending === null ? '' : ` then ${pending.most}`}`);
      }
    }
    await deleteRecording(bus, RUN);
    return seen;
  }

  it(
    'are in force once risk has decided an interval that it heard the command with, and are pending before',
    async () => {
      expect([...(await followed(MESSAGES, (i) => i % 7 === 0 || isCommand(item(MESSAGES, i))))]).toEqual([
        'grossNotionalFractionMax 1',
        'entryLimits.perIntervalMax 20',
        'grossNotionalFractionMax 1 then 0.8',
        'entryLimits.perIntervalMax 20 then 3',
        'grossNotionalFractionMax 0.8',
        'entryLimits.perIntervalMax 3',
        'entryLimits.perIntervalMax 3 then 20',
      ]);
    },
    WHOLE_MS_MAX,
  );

  it.each([
    ['as it was', MESSAGES],
    ['with a risk that is slow', withSlowRisk(MESSAGES)],
  ])(
    'are so wherever among the messages of an interval the command stands: %s',
    async (_, messages) => {
      const command = item(messages.filter(isCommand), 0);
      const given = intervalOf('control', command.data);
      const near = messages.filter(
        (message) => factOf(message) === 'manifest' || Math.abs(intervalOf(factOf(message), message.data) - given) <= NEAR_MS,
      );
      const at = near.indexOf(command);
      const others = near.filter((message) => !isCommand(message));
      const seen = new Set<string>();
      for (let place = at - PLACES; place < at + PLACES; place++) {
        const moved = [...others.slice(0, place), command, ...others.slice(place)];
        for (const one of await followed(moved, (i) => i >= place && i <= place + SEEN_MESSAGES)) seen.add(one);
      }
      expect(seen.size).toBe(4);
    },
    WHOLE_MS_MAX,
  );
});
