import './node/buffer.ts';
import { decideAgain, partingOf, readTape, whyOnTape, type DecidedDay, type Tape } from '@aitrader/application-time-machine';
import { epochMs, CASH_UNITS_PER_DOLLAR, PPM, ticker, type RunConfig } from '@aitrader/model';
import type { Answer, Change, DayShown, Question } from './questions.ts';

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
  if (question.kind === 'why')
    return { kind: 'why', why: whyOnTape(tape, ticker(question.symbol), epochMs(question.at), config) ?? null };
  const began = performance.now();
  const other = decideAgain(tape, config);
  return { kind: 'decided', day: shown(other, began), parting: partingOf(day, other) };
}

async function open(url: string): Promise<Answer> {
  const response = await fetch(url);
  if (!response.ok || response.body === null) throw new Error(await wordsOf(response));
  const tape = await readTape(chunksOf(response.body));
  const began = performance.now();
  const day = decideAgain(tape);
  opened = { tape, day };
  const { run, config, universe } = tape.manifest;
  return {
    kind: 'opened',
    ...{ run, config, symbols: universe, intervals: tape.intervals.length, recorded: tape.digest.all },
    day: shown(day, began),
  };
}

async function wordsOf(response: Response): Promise<string> {
  const text = await response.text();
  return `${response.status}: ${text === '' ? response.statusText : text}`;
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
}

const shown = ({ t, equity, drawdown, counts, digest }: DecidedDay, began: number): DayShown => ({
  t,
  equity: equity.map((units) => units / CASH_UNITS_PER_DOLLAR),
  drawdown: drawdown.map((ppm) => ppm / PPM),
  counts,
  digest: digest.all,
  ms: performance.now() - began,
});

/** A configuration with figures in the place of others. @throws Error for a path to none */
function changed(config: RunConfig, changes: readonly Change[]): RunConfig {
  const other = structuredClone(config);
  for (const { path, value } of changes) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const at = names.reduce<unknown>(fieldOf, other);
    if (typeof at !== 'object' || at === null || typeof Reflect.get(at, last) !== 'number')
      throw new Error(`${path}: is no figure of the configuration`);
    Reflect.set(at, last, value);
  }
  return other;
}

const fieldOf = (at: unknown, name: string): unknown =>
  typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined;
