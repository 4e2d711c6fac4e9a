import { manifestOrFail, thisCode, writerOf, type WritingCode } from '@aitrader/application-recordings';
import type { OpenMarket } from '@aitrader/application-markets';
import { addressOf, decodeControl, operatorSubjects, subjectOfEveryVersion, upcast } from '@aitrader/contracts';
import { equityOf } from '@aitrader/core-portfolio';
import { dollarsOf, type EpochMs, type Manifest, type OrderId, type RunConfig, type RunId } from '@aitrader/model';
import { readLogTo, readRecording, recordingInfo, type Bus } from '@aitrader/runtime-bus';
import { isOperators } from './other-rules-pass.ts';
import { ParityWalk, WRITTEN_OFF, type AnswerAt } from './parity-walk.ts';
import { totalsOf, type Bin, type BinTotal, type ParityLine } from './parity-line.ts';
import { RevisedBars, type RevisedSymbol } from './revised-bars.ts';
import { differencesOfSides, type Cause } from './side-differences.ts';

/** A recording beside its replay through today's code with the simulated broker. Money in millionths of a dollar where it says so. */
export interface Parity {
  readonly run: RunId;
  readonly kind: string;
  readonly timeframe: string;
  /** first and last interval, epoch ms; 0 of a run without any */
  readonly from: number;
  readonly to: number;
  /** whom the run traded with */
  readonly broker: string;
  readonly intervals: number;
  /** intervals that are not complete, and left out */
  readonly unfinished: number;
  readonly writtenBy: WritingCode;
  readonly replayedBy: WritingCode;
  /** whether the recording was written by another program, as far as is known */
  readonly isOtherCode: boolean;
  readonly heldAgainst: { readonly configuration: boolean; readonly operators: boolean; readonly bars: boolean };
  /** fills as they read at the end; of `takenAsRecorded` the orders are from before the run, at a broker that kept them */
  readonly fills: { readonly recorded: number; readonly replayed: number; readonly takenAsRecorded: number };
  /** dollars */
  readonly equity: { readonly recorded: number; readonly replayed: number };
  /** by how much the recording ended better than the replay */
  readonly differenceMicros: number;
  /** of all bins, in their order */
  readonly bins: readonly BinTotal[];
  /** in the order of time */
  readonly lines: readonly ParityLine[];
}

/** What is asked for. */
export interface ParityRequest {
  readonly run: RunId;
  /** another configuration for the replay; without one, the recorded one */
  readonly config?: RunConfig;
  /** the bars as they are known now */
  readonly market?: Pick<OpenMarket, 'bars' | 'actions'>;
  readonly onProgress?: (share: number) => void;
}

/** Holds a recording against its replay. @throws UnknownRunError, BrokenRecordingError, CarriedStateError */
export async function parityOf(bus: Bus, { run, config, market, onProgress }: ParityRequest): Promise<Parity> {
  const manifest = await manifestOrFail(bus, run);
  const hasOperators = await anyOperators(bus, run);
  const revised = market && (await RevisedBars.open(market.bars, market.actions ?? [], manifest));
  const against = { config: config ?? manifest.config, isRuled: hasOperators || config !== undefined, revised };
  let walk: ParityWalk | undefined;
  const { opening, unfinished } = await readRecording(bus, run, {
    ...(onProgress === undefined ? {} : { onProgress }),
    onInterval: (recorded, _, before) => {
      walk ??= new ParityWalk(manifest, before && (() => before.closing()), against);
      walk.pass(recorded);
    },
  });
  walk ??= new ParityWalk(manifest, opening && (() => opening.closing()), against);
  const heldAgainst = { configuration: config !== undefined, operators: hasOperators, bars: revised !== undefined };
  return parityIn(manifest, walk, { heldAgainst, unfinished, revised });
}

/** Whether an operator has commanded anything that a backtest does not hear. */
async function anyOperators(bus: Bus, run: RunId): Promise<boolean> {
  const { state } = await recordingInfo(bus, run);
  let found = false;
  await readLogTo(bus, state.last_seq, {
    run,
    subjects: [subjectOfEveryVersion(run, 'control'), ...operatorSubjects(run)],
    from: state.first_seq,
    onMessage: ({ subject, data }) => {
      const { fact, version } = addressOf(subject);
      found ||= isOperators(decodeControl(upcast(fact, version, data)));
    },
  });
  return found;
}

interface Walked {
  readonly heldAgainst: Parity['heldAgainst'];
  readonly unfinished: number;
  readonly revised: RevisedBars | undefined;
}

function parityIn(manifest: Manifest, walk: ParityWalk, { heldAgainst, unfinished, revised }: Walked): Parity {
  const [writtenBy, replayedBy] = [writerOf(manifest), thisCode()];
  const isOtherCode = writtenBy.hash !== replayedBy.hash || writtenBy.node !== replayedBy.node;
  const own: Bin = isOtherCode ? 'code-version' : 'unexplained';
  const { simulated, today, ruled, revised: known } = walk;
  const lines = [
    ...differencesOfSides(walk.side, simulated.side, walk.t, { order: causeOfFills, otherwise: own }),
    ...wayLines(walk, 'code', own),
    ...wayLines(walk, 'rules', 'rule'),
    ...wayLines(walk, 'bars', 'data-revision'),
    ...[...walk.facts].map(([fact, { count, t }]): ParityLine => ({
      ...{ bin: own, t, order: null, symbol: null, what: `${fact} of ${count} intervals read otherwise` },
      ...{ recorded: 'as recorded', replayed: 'as today’s program says', costMicros: 0 },
    })),
    ...(revised?.symbols ?? []).map(barsLine),
  ].sort((a, b) => a.t - b.t);
  const last = (known ?? ruled ?? today ?? simulated).side;
  const recorded = walk.intervals === 0 ? equityOf(walk.side.ledger) : walk.account.equity;
  const replayed = equityOf(last.ledger);
  const all = closed(lines, recorded - replayed, walk.t, own);
  return {
    ...{ run: manifest.run, kind: manifest.kind, timeframe: manifest.timeframe, from: manifest.from, to: manifest.to },
    broker: manifest.config.broker?.name ?? 'the simulated broker',
    ...{ intervals: walk.intervals, unfinished, writtenBy, replayedBy, isOtherCode, heldAgainst },
    fills: { recorded: walk.recorded.book.count, replayed: last.book.count, takenAsRecorded: walk.takenAsRecorded },
    equity: { recorded: dollarsOf(recorded), replayed: dollarsOf(replayed) },
    ...{ differenceMicros: recorded - replayed, bins: totalsOf(all), lines: all },
  };
}

/** What the lines do not come to is told as what it is: not explained, or the account as another program reckoned it. */
function closed(lines: readonly ParityLine[], difference: number, t: EpochMs, bin: Bin): readonly ParityLine[] {
  const rest = difference - lines.reduce((sum, { costMicros }) => sum + costMicros, 0);
  if (rest === 0) return lines;
  const what = 'equity that its fills do not come to';
  return [...lines, { ...{ bin, t, order: null, symbol: null, what, recorded: '', replayed: '' }, costMicros: rest }];
}

/** Shares that an operator wrote off were sold by nobody. */
const causeOfFills = (id: OrderId): Cause =>
  id.startsWith(WRITTEN_OFF)
    ? { bin: 'rule', what: 'shares that an operator wrote off', recorded: id.slice(WRITTEN_OFF.length), replayed: 'no break' }
    : 'parts';

/** A way beside the one that it is held against, by what was decided otherwise. */
function wayLines(
  { simulated, today, ruled, revised, t }: ParityWalk,
  of: 'code' | 'rules' | 'bars',
  bin: Bin,
): readonly ParityLine[] {
  const before = { code: simulated, rules: today ?? simulated, bars: ruled ?? today ?? simulated }[of];
  const way = { code: today, rules: ruled, bars: revised }[of];
  if (way === undefined) return [];
  const byOrder = new Map(way.answers.map((answer) => [answer.order, answer] as const));
  const what = { code: 'decision of another program', rules: 'decision by other rules', bars: 'decision on other bars' }[of];
  const order = (id: OrderId): Cause => {
    const answer = byOrder.get(id);
    if (answer === undefined) return { bin, what: 'what became of the order', recorded: 'as recorded', replayed: 'otherwise' };
    return { ...{ bin, what }, recorded: answer.one, replayed: answer.other };
  };
  const lines = differencesOfSides(before.side, way.side, t, { order, otherwise: bin });
  const told = new Set(lines.map((line) => line.order));
  return [...lines, ...way.answers.filter((answer) => !told.has(answer.order)).map((answer) => answerLine(answer, bin, what))];
}

const answerLine = ({ t, order, symbol, one, other }: AnswerAt, bin: Bin, what: string): ParityLine => ({
  ...{ bin, t, order, symbol, what, recorded: one, replayed: other, costMicros: 0 },
});

const barsLine = ({ symbol, count, t, recorded, known }: RevisedSymbol): ParityLine => ({
  ...{
    bin: 'data-revision',
    t,
    order: null,
    symbol,
    what: `${count} bars read otherwise now; the first: open high low close volume`,
  },
  ...{ recorded, replayed: known, costMicros: 0 },
});
