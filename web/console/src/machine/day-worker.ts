import './node/buffer.ts';
import { whyStory } from '@aitrader/application-console/why-story';
import {
  changed,
  decideAgain,
  figuresOf,
  figuresUnder,
  LEFT_OUT,
  partingOf,
  readTape,
  STRATEGY_KINDS,
  whyOnTape,
  type DayParting,
  type DecidedDay,
  type Tape,
} from '@aitrader/application-time-machine';
import { foundTwice, refusalWords } from '@aitrader/application-wording';
import { CASH_UNITS_PER_DOLLAR, PPM, epochMs, passesGate, sharesOf, ticker, type GateFigure } from '@aitrader/model';
import type { Answer, DayShown, DecisionShown, GateFoundOnce, PartingShown, Question } from './questions.ts';

/** Decisions that are shown at the most. */
const DECISIONS_MAX = 5_000;

/** The tape that is open, and its day as it was. */
interface Opened {
  readonly tape: Tape;
  readonly day: DecidedDay;
}
let opened: Opened | undefined;

addEventListener('message', ({ data }: MessageEvent<{ readonly id: number; readonly question: Question }>) => {
  const { id, question } = data;
  answer(question)
    .catch((error: unknown): Answer => ({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }))
    .then((told) => postMessage({ id, answer: told }), reportError);
});

async function answer(question: Question): Promise<Answer> {
  if (question.kind === 'open') return open(question.url);
  if (opened === undefined) throw new Error('no day is open');
  const { tape, day } = opened;
  const config = changed(tape.manifest.config, question.changes);
  if (question.kind === 'why') {
    const why = whyOnTape(tape, ticker(question.symbol), epochMs(question.at), config);
    if (why === undefined) throw new Error('the day has no interval that closed then');
    return { kind: 'why', parts: whyStory(why) };
  }
  const began = performance.now();
  const other = decideAgain(tape, config);
  const ms = performance.now() - began;
  const figures = figuresUnder(tape.manifest.config, question.changes);
  return { kind: 'decided', figures, day: shown(other, ms), parting: shownParting(partingOf(day, other)) };
}

async function open(url: string): Promise<Answer> {
  const response = await fetch(url);
  if (!response.ok || response.body === null) throw new Error(await wordsOf(response));
  const tape = await readTape(chunksOf(response.body));
  const began = performance.now();
  const day = decideAgain(tape);
  const ms = performance.now() - began;
  opened = { tape, day };
  const { run, config, universe } = tape.manifest;
  return {
    kind: 'opened',
    ...{ run, symbols: universe, recorded: tape.digest.all, figures: figuresOf(config) },
    strategies: config.strategies.map(({ name, kind }) => ({ name, kind })),
    kinds: [...STRATEGY_KINDS, LEFT_OUT],
    day: shown(day, ms),
  };
}

/** What the console says is wrong, or what came in its place. */
async function wordsOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const said: unknown = JSON.parse(text);
    if (typeof said === 'object' && said !== null && 'message' in said) return String(said.message);
  } catch {
    // no answer of the console's
  }
  return `${response.status} ${response.statusText}`;
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
}

const shown = ({ t, equity, drawdown, counts, digest, decisions }: DecidedDay, ms: number): DayShown => ({
  t,
  equity: equity.map((units) => units / CASH_UNITS_PER_DOLLAR),
  drawdown: drawdown.map((ppm) => ppm / PPM),
  decisions: [...decisions.values()].flatMap(shownDecision).slice(0, DECISIONS_MAX),
  ...{ counts, digest: digest.all, ms },
});

type Decision = DecidedDay['decisions'] extends ReadonlyMap<unknown, infer Value> ? Value : never;

const shownDecision = ({ orders, denials }: Decision): readonly DecisionShown[] => [
  ...orders.map(({ t, symbol, signalId, side, quantity }) => ({
    ...{ t, symbol, signalId, isApproved: true },
    words: `${side} ${sharesOf(quantity)}`,
  })),
  ...denials.map((denial) => ({
    ...{ t: denial.t, symbol: denial.symbol, signalId: denial.signalId, isApproved: false },
    words: refusalWords(denial),
  })),
];

function shownParting(parting: DayParting | null): PartingShown | null {
  if (parting === null) return null;
  const answers = parting.answers.map(({ signalId, symbol, first, second, figures }) => ({
    ...{ signalId, first, second },
    figures: figures.map((found) => {
      const [one, other] = foundTwice(found.first, found.second, symbol);
      return { gate: found.gate, first: foundOnce(found.first, one), second: foundOnce(found.second, other) };
    }),
  }));
  return { t: parting.t, answers };
}

const foundOnce = (gate: GateFigure | null, words: string): GateFoundOnce => ({
  isPass: gate === null ? null : passesGate(gate),
  words,
});
