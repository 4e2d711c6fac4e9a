import { runId, type RunId } from '@aitrader/model';
import { FACTS, FACT_WIRING, STAGES, SUPERVISOR_WRITES, TOPOLOGY, type Fact, type Input, type StageName } from './topology.ts';

/** The one account of a run so far; it is the last token of every subject that is not a shard's. */
export const ACCOUNT = 'main';
const ROOT = 'at';
const PLAIN = /[A-Za-z0-9_-]/;

/**
 * Text as one subject token, reversibly: anything but A–Z a–z 0–9 `_` `-` becomes `=` and two hex digits per UTF-8 byte, so
 * `BRK.B` is `BRK=2EB`. NATS gives `.`, `*`, `>` and blanks a meaning of their own.
 * @throws RangeError on empty text, and on half a surrogate pair, which UTF-8 cannot say
 */
export function encodeToken(text: string): string {
  if (text === '') throw new RangeError('a subject token cannot be empty');
  if (!text.isWellFormed()) throw new RangeError(`half a surrogate pair cannot be encoded: ${JSON.stringify(text)}`);
  let token = '';
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    token += PLAIN.test(character) ? character : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return token;
}

/** The text that `encodeToken` turned into this token. @throws RangeError when it made no such token */
export function decodeToken(token: string): string {
  const bytes: number[] = [];
  for (let i = 0; i < token.length; i++) {
    const escape = token[i] === '=' ? token.slice(i + 1, i + 3) : undefined;
    if (escape === undefined) bytes.push(token.charCodeAt(i));
    else bytes.push(Number.parseInt(escape, 16));
    if (escape !== undefined) i += 2;
  }
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
  if (text === '' || encodeToken(text) !== token) throw new RangeError(`not an encoded subject token: ${token}`);
  return text;
}

const ACCOUNT_TOKEN = encodeToken(ACCOUNT);

/** The last token of the subject of operators' commands. */
export const OPERATOR = 'operator';
/** The first version of control that has operators' commands on a subject of their own. */
export const OPERATOR_SINCE = 4;

/**
 * The second subject of control, that operators publish to. Ingest's own is fenced, so that one writer alone can go on with it; here anybody
 * may add a command whatever ingest does, and its message id, made by whoever writes it, is what keeps a retry from being stored twice.
 */
export const operatorSubject = (run: RunId, version = FACT_WIRING.control.version): string =>
  `${ROOT}.${run}.control.v${version}.${OPERATOR}`;

/** The subjects of operators' commands of every version so far: programs of before may have been commanded in theirs. */
export const operatorSubjects = (run: RunId): readonly string[] =>
  Array.from({ length: FACT_WIRING.control.version - OPERATOR_SINCE + 1 }, (_, i) => operatorSubject(run, OPERATOR_SINCE + i));

/** Whether a subject of a run is that of operators' commands. */
export const isOperatorSubject = (subject: string): boolean => subject.endsWith(`.${OPERATOR}`);

/**
 * `at.<run>.<fact>.v<version>.<shard or account>`. Without a shard, a fact of the shards gets the subject that matches all of
 * them; for a fact of the account the shard does not matter. @throws RangeError when the shard is no whole number from 0
 */
export function subjectOf(run: RunId, fact: Fact, shard?: number, version = FACT_WIRING[fact].version): string {
  if (shard !== undefined && !(Number.isSafeInteger(shard) && shard >= 0)) throw new RangeError(`not a shard: ${shard}`);
  const key = FACT_WIRING[fact].key === 'shard' ? String(shard ?? '*') : ACCOUNT_TOKEN;
  return `${ROOT}.${run}.${fact}.v${version}.${key}`;
}

/** The subject that matches a fact of a run in every version that it has had, or will have, and of every shard or of one; not operators' commands. */
export const subjectOfEveryVersion = (run: RunId, fact: Fact, shard?: number): string =>
  `${ROOT}.${run}.${fact}.*.${FACT_WIRING[fact].key === 'shard' ? (shard ?? '*') : ACCOUNT_TOKEN}`;

export const subjectsOfRun = (run: RunId): string => `${ROOT}.${run}.>`;

/** The stream that holds a run: `AT_` and the run id in capitals. */
export const streamOf = (run: RunId): string => `AT_${run.toUpperCase()}`;
export const STREAM_PREFIX = 'AT_';
const STREAM = /^AT_([A-Z0-9][A-Z0-9-]{0,62})$/;
/** The run that a stream holds, or undefined when the stream is not a recording. */
export function runOfStream(stream: string): RunId | undefined {
  const name = STREAM.exec(stream)?.[1];
  return name === undefined ? undefined : runId(name.toLowerCase());
}

export interface Address {
  readonly fact: Fact;
  readonly version: number;
  /** −1 for a fact of the account */
  readonly shard: number;
}

const SUBJECT = /^at\.[a-z0-9][a-z0-9-]{0,62}\.([a-z-]+)\.v([1-9]\d*)\.([A-Za-z0-9_=-]+)$/;
const SHARD = /^(0|[1-9]\d{0,14})$/;

/** The fact and the version of a subject, also of a version to come; undefined when it names no fact that is known here. */
export function versionOf(subject: string): Pick<Address, 'fact' | 'version'> | undefined {
  const [, name, version] = SUBJECT.exec(subject) ?? [];
  const fact = FACTS.find((one) => one === name);
  return fact === undefined ? undefined : { fact, version: Number(version) };
}

/** Takes a subject apart, of this version or an earlier one. @throws RangeError naming the subject when it is none of a run */
export function addressOf(subject: string): Address {
  const match = SUBJECT.exec(subject);
  const fact = FACTS.find((name) => name === match?.[1]);
  if (match === null || fact === undefined) throw new RangeError(`not a subject of a run: ${subject}`);
  const version = Number(match[2]);
  const wiring = FACT_WIRING[fact];
  if (version > wiring.version) throw new RangeError(`a newer program wrote this version of ${fact}: ${subject}`);
  const [key = ''] = match.slice(3);
  if (wiring.key === 'account') {
    const ofOperators = fact === 'control' && key === OPERATOR && version >= OPERATOR_SINCE;
    if (key !== ACCOUNT_TOKEN && !ofOperators) throw new RangeError(`not the account: ${subject}`);
    return { fact, version, shard: -1 };
  }
  if (!SHARD.test(key)) throw new RangeError(`not a shard: ${subject}`);
  return { fact, version, shard: Number(key) };
}

/** All subjects that one instance of a stage reads. `shard` is ignored by stages of the account. */
export function subjectsRead(run: RunId, stage: StageName, shard: number, shards: number): string[] {
  return TOPOLOGY[stage].reads.flatMap((input) => subjectsOf(run, input, shard, shards));
}

function subjectsOf(run: RunId, input: Input, shard: number, shards: number): string[] {
  if (input.fact === 'control') return [subjectOf(run, 'control'), operatorSubject(run)];
  if (input.of === 'account') return [subjectOf(run, input.fact)];
  if (input.of === 'own-shard') return [subjectOf(run, input.fact, shard)];
  return Array.from({ length: shards }, (_, each) => subjectOf(run, input.fact, each));
}

/** Who writes a fact. */
export function writerOf(fact: Fact): StageName | 'supervisor' {
  if (SUPERVISOR_WRITES.includes(fact)) return 'supervisor';
  const writer = STAGES.find((stage) => TOPOLOGY[stage].writes.includes(fact));
  if (writer === undefined) throw new Error(`nobody writes ${fact}`);
  return writer;
}

/** The deterministic id of a message: `<run>/<stage>/<shard or account>/<place>/<fact>`, its place of most facts being its interval. */
export function messageIdOf(run: RunId, fact: Fact, shard: number, place: number): string {
  return `${run}/${writerOf(fact)}/${shard < 0 ? ACCOUNT : shard}/${place}/${fact}`;
}
