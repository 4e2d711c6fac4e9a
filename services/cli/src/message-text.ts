import { isSlice, type ShownMessage } from '@aitrader/application-recordings';
import { at, figure } from '@aitrader/application-wording';
import { gateVerdict, type GateFigure } from '@aitrader/model';

type Words = ReadonlyMap<string, string>;
type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A message as people read it: what it is, then every field with its meaning; a slice as a table by symbol, at most `width` wide. */
export function messageText(shown: ShownMessage, words: Words, width: number): string {
  const { run, seq, subject, fact, version, id, stored, bytes, payload, saidAs, recorded, problem } = shown;
  const told = saidAs === null ? '' : `, as version ${saidAs} says it`;
  const head = [
    `message ${seq} of ${run}, ${fact === null ? 'of no fact that is known here' : `${fact} of version ${version}${told}`}`,
    `subject  ${subject}`,
    `stored   ${stored}, ${bytes.toLocaleString('en-US')} bytes${id === '' ? '' : `, id ${id}`}`,
    '',
  ];
  if (payload === null) return [...head, `cannot be read: ${problem}`, '', textOf(recorded)].join('\n');
  const body = isSlice(shown) ? sliceText(payload, words, width) : fieldsText(withGatesSpelled(payload), '', words);
  return [...head, ...body].join('\n');
}

/** Orders and denials have what their gates found in columns: for people each figure stands beside its gate, in its unit. */
function withGatesSpelled(payload: Fields): Fields {
  const { gates, ...rest } = payload;
  if (!isGateHeads(gates)) return payload;
  const spelled = Object.entries(rest).map(([name, rows]) => [
    name,
    isList(rows) ? rows.map((row) => rowSpelled(row, gates)) : rows,
  ]);
  return Object.fromEntries(spelled) as Fields;
}

type GateHead = Pick<GateFigure, 'gate' | 'unit' | 'comparison'>;
const isGateHeads = (gates: unknown): gates is readonly GateHead[] =>
  isList(gates) && gates.every(({ gate, unit, comparison }) => [gate, unit, comparison].every((one) => typeof one === 'string'));

const isColumn = (column: unknown): column is readonly unknown[] => Array.isArray(column);

function rowSpelled(row: Fields, heads: readonly GateHead[]): Fields {
  const { values, limits, ...rest } = row;
  if (!isColumn(values) || !isColumn(limits)) return row;
  const gates = heads.flatMap((head, i) => {
    const [value, limit] = [values[i], limits[i]];
    return typeof value === 'number' && typeof limit === 'number' ? [[head.gate, verdictLine({ ...head, value, limit })]] : [];
  });
  return { ...rest, gates: Object.fromEntries(gates) as Fields };
}

/** What it came to, and the figures that it follows from. */
function verdictLine(figureOf: GateFigure): string {
  const { value, limit, unit, comparison } = figureOf;
  return `${gateVerdict(figureOf)}: ${figure({ value, unit })}, ${comparison} ${figure({ value: limit, unit })}`;
}

const textOf = (recorded: unknown): string =>
  typeof recorded === 'string' ? scalar(recorded) : JSON.stringify(recorded, null, 1);

/** A line for each field: its name, what stands there, what that means. */
function fieldsText(fields: Fields, place: string, words: Words): string[] {
  const leaves = leavesOf(fields, '', place);
  const [names, values] = [widest(leaves.map(({ name }) => name)), widest(leaves.map(({ text }) => text))];
  const lines = leaves.map(({ name, text, at: leaf }) =>
    `${name.padEnd(names)}  ${text.padEnd(Math.min(values, VALUE_WIDTH_MAX))}  ${words.get(leaf) ?? ''}`.trimEnd(),
  );
  return [...lines, ...listsText(fields, '', place, words)];
}

/** The lists of messages, however deep they stand. */
function listsText(fields: Fields, name: string, place: string, words: Words): string[] {
  return Object.entries(fields).flatMap(([key, value]): string[] => {
    const [named, placed] = [`${name}${key}`, `${place}${key}`];
    if (isList(value)) return listText(named, value, placed, words);
    return isFields(value) ? listsText(value, `${named}.`, `${placed}.`, words) : [];
  });
}

/** Longer values push their meaning to the right rather than all the others. */
const VALUE_WIDTH_MAX = 40;

interface Leaf {
  readonly name: string;
  /** the place by which its words are found */
  readonly at: string;
  readonly text: string;
}

/** The fields that have one value, or a row of them, however deep they stand; lists of messages have their own lines. */
function leavesOf(fields: Fields, name: string, place: string): Leaf[] {
  return Object.entries(fields).flatMap(([key, value]): Leaf[] => {
    const [named, placed] = [`${name}${key}`, `${place}${key}`];
    if (isList(value)) return [];
    if (isFields(value)) return leavesOf(value, `${named}.`, `${placed}.`);
    return [{ name: named, at: placed, text: valueText(key, value) }];
  });
}

const isList = (value: unknown): value is readonly Fields[] => Array.isArray(value) && value.length > 0 && value.every(isFields);

function listText(name: string, elements: readonly Fields[], place: string, words: Words): string[] {
  return elements.flatMap((element, i) => [
    '',
    `${name} ${i + 1} of ${elements.length}`,
    ...fieldsText(element, `${place}.*.`, words).map((line) => (line === '' ? line : `  ${line}`)),
  ]);
}

/** Names of instants: they are told as such, too. */
const INSTANTS: ReadonlySet<string> = new Set([
  't',
  'createdAt',
  'knownAt',
  'exitAt',
  'fittedTo',
  'from',
  'to',
  'since',
  'deadline',
]);

function valueText(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((one) => scalar(one)).join(' ');
  if (typeof value === 'number' && value > 0 && INSTANTS.has(name)) return `${value}, ${at(value)}`;
  return scalar(value);
}
/** Text that would act on a terminal is spelled out. */
const CONTROL = /\p{Cc}/u;
const scalar = (value: unknown): string => (typeof value === 'string' && !CONTROL.test(value) ? value : JSON.stringify(value));

/** A slice: what it is about, then a row for each symbol, in as many tables as it takes; one symbol alone as lines. */
function sliceText(payload: Fields, words: Words, width: number): string[] {
  const entries = Object.entries(payload);
  const from = entries.findIndex(([name]) => name === 'symbols');
  const columns = entries.slice(from).filter((entry): entry is [string, readonly unknown[]] => Array.isArray(entry[1]));
  const head = fieldsText(Object.fromEntries(entries.slice(0, from)), '', words);
  const [symbols = ['symbols', []], ...figures] = columns;
  if (symbols[1].length === 0) return [...head, '', 'no symbols'];
  if (symbols[1].length === 1) {
    const figuresOfOne = Object.fromEntries(columns.map(([name, [value]]) => [name, value]));
    return [...head, '', ...fieldsText(figuresOfOne, '', words)];
  }
  const meanings = figures.map(([name]) => `${name.padEnd(widest(figures.map(([other]) => other)))}  ${words.get(name) ?? ''}`);
  return [...head, ...tables(symbols, figures, width), '', ...meanings];
}

const GAP = 2;

function tables(symbols: readonly [string, readonly unknown[]], figures: readonly [string, readonly unknown[]][], width: number) {
  const cells = figures.map(([name, values]) => [name, ...values.map(scalar)]);
  const names = ['symbol', ...symbols[1].map(scalar)];
  const room = width - widest(names);
  const lines: string[] = [];
  for (let from = 0; from < cells.length;) {
    let [to, used] = [from, 0];
    while (to < cells.length && (to === from || used + widest(cells[to] ?? []) + GAP <= room))
      used += widest(cells[to++] ?? []) + GAP;
    const shown = cells.slice(from, to);
    const row = (i: number): string =>
      [(names[i] ?? '').padEnd(widest(names)), ...shown.map((cell) => (cell[i] ?? '').padStart(widest(cell)))].join('  ');
    lines.push('', ...names.map((_, i) => row(i)));
    from = to;
  }
  return lines;
}

const widest = (texts: readonly string[]): number => texts.reduce((most, { length }) => Math.max(most, length), 0);
