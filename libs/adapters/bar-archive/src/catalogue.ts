import { ADJUSTMENTS, TIMEFRAMES, ticker, type Adjustment, type BarSource, type Ticker, type Timeframe } from '@aitrader/model';
import { z } from 'zod';
import { ArchiveError } from './archive-error.ts';

/** What bars were imported from. */
export interface ArchiveSource extends BarSource {
  /** what was wanted of it, and what was said of it, in words; empty for all of it as it is */
  readonly selection: string;
}

/** One import of one source. `added`, `held` and `revised` count its bars: new ones, ones that were there, and later versions. */
export interface ArchiveImport extends ArchiveSource {
  readonly id: number;
  /** when the archive came to know of the bars, epoch ms */
  readonly at: number;
  /** of a recording: when the first and the last of its bars were known, epoch ms; of all else nobody knows more than `at` */
  readonly known?: { readonly from: number; readonly to: number } | undefined;
  readonly timeframe: Timeframe;
  readonly added: number;
  readonly held: number;
  readonly revised: number;
}

/**
 * A Parquet file of bars of one timeframe, period and adjustment, sorted by symbol and then by time. `counts`, `firsts` and `lasts` go
 * with `symbols`: how many bars a symbol has here, and the closes of the first and the last.
 */
export interface ArchivePart {
  /** inside the archive, with forward slashes; it ends in the beginning of the hash */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly timeframe: Timeframe;
  /** as `periodOf` names it */
  readonly period: string;
  readonly adjustment: Adjustment;
  /** of two bars of one symbol and time, that of the part with the higher version counts; below one are those that came late and were earlier */
  readonly version: number;
  /** ids of the imports that its bars come from */
  readonly imports: readonly number[];
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly symbols: readonly Ticker[];
  readonly counts: readonly number[];
  readonly firsts: readonly number[];
  readonly lasts: readonly number[];
}

/** A part in which several others were joined, to be read in their place: of each bar it has the version that counts among theirs. */
export interface JoinedPart extends ArchivePart {
  /** their places among the parts of the catalogue, rising */
  readonly of: readonly number[];
}

/** How the actions of a file compare to those that an archive had: new ones, ones that were there, others in their place, and ones taken back. */
export interface ActionCounts {
  readonly added: number;
  readonly held: number;
  readonly revised: number;
  readonly withdrawn: number;
}

/** A file of corporate actions, kept as it was given. What files say together is told by whoever reads them, in their order. */
export interface ArchiveActions extends ActionCounts {
  /** when the archive came to know of them, epoch ms */
  readonly at: number;
  readonly name: string;
  /** inside the archive; it has the beginning of the hash */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** All that an archive says of itself. A file that it does not name is none of the archive's. */
export interface Catalogue {
  readonly imports: readonly ArchiveImport[];
  /** every version of every bar; parts are added and never taken away */
  readonly parts: readonly ArchivePart[];
  /** no two of them stand for the same part */
  readonly joined: readonly JoinedPart[];
  readonly actions: readonly ArchiveActions[];
}

export const EMPTY_CATALOGUE: Catalogue = { imports: [], parts: [], joined: [], actions: [] };

export const CATALOGUE_NAME = 'catalogue.json';
const FORMAT = 'aitrader-bar-archive';
const FORMAT_VERSION = 1;

const whole = z.int().min(0);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const importSchema = z.strictObject({
  id: whole,
  at: whole,
  known: z.strictObject({ from: whole, to: whole }).optional(),
  name: z.string(),
  sha256: z.string(),
  shape: z.string(),
  adjustment: z.enum(ADJUSTMENTS),
  selection: z.string(),
  timeframe: z.enum(TIMEFRAMES),
  added: whole,
  held: whole,
  revised: whole,
});
const partSchema = z.strictObject({
  path: z.string().regex(/^bars\/v1\/tf=\w+\/date=[\d-]+\/[0-9a-f]+\.parquet$/),
  sha256: hash,
  bytes: whole,
  timeframe: z.enum(TIMEFRAMES),
  period: z.string().regex(/^\d{4}(-\d{2})?$/),
  adjustment: z.enum(ADJUSTMENTS),
  version: z.int(),
  imports: z.array(whole),
  count: whole.min(1),
  first: z.int(),
  last: z.int(),
  symbols: z.array(z.string().transform((text) => ticker(text))),
  counts: z.array(whole.min(1)),
  firsts: z.array(z.int()),
  lasts: z.array(z.int()),
});
const actionsSchema = z.strictObject({
  at: whole,
  name: z.string(),
  path: z.string().regex(/^actions\/v1\/[0-9a-f]+\.(csv|json)$/),
  sha256: hash,
  bytes: whole,
  added: whole,
  held: whole,
  revised: whole,
  withdrawn: whole,
});
const catalogueSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(FORMAT_VERSION),
  imports: z.array(importSchema),
  parts: z.array(partSchema),
  joined: z.array(partSchema.extend({ of: z.array(whole).min(2) })).default([]),
  actions: z.array(actionsSchema).default([]),
});

/** Reads the text of a catalogue; `place` is named in errors. @throws ArchiveError for anything but a catalogue of this version */
export function parseCatalogue(text: string, place: string): Catalogue {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (cause) {
    throw new ArchiveError(place, 'is no catalogue of an archive: it is not JSON', { cause });
  }
  const result = catalogueSchema.safeParse(given);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new ArchiveError(place, `is no catalogue of an archive: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
  }
  const { imports, parts, joined, actions } = result.data;
  for (const part of [...parts, ...joined]) requireConsistent(part, place);
  requireJoins(parts.length, joined, place);
  return { imports, parts, joined, actions };
}

function requireJoins(parts: number, joined: readonly JoinedPart[], place: string): void {
  const of = joined.flatMap((part) => part.of);
  if (of.some((at) => at >= parts) || new Set(of).size < of.length)
    throw new ArchiveError(place, 'is damaged: what it says of joined parts contradicts itself');
}

/** The parts that are read: those that were joined with others by the part that stands for them. */
export function partsToRead({ parts, joined }: Pick<Catalogue, 'parts' | 'joined'>): readonly ArchivePart[] {
  if (joined.length === 0) return parts;
  const replaced = new Set(joined.flatMap(({ of }) => of));
  return [...parts.filter((_, at) => !replaced.has(at)), ...joined];
}

function requireConsistent({ path, symbols, counts, firsts, lasts, count }: ArchivePart, place: string): void {
  const isAligned = [counts, firsts, lasts].every((column) => column.length === symbols.length);
  const isOrdered = symbols.every((symbol, i) => i === 0 || (symbols[i - 1] ?? '') < symbol);
  if (!isAligned || !isOrdered || counts.reduce((sum, each) => sum + each, 0) !== count)
    throw new ArchiveError(place, `is damaged: what it says of ${path} contradicts itself`);
}

/** The text of a catalogue, one line per import, part and file of actions. */
export function catalogueText({ imports, parts, joined, actions }: Catalogue): string {
  const lines = (all: readonly object[]): string => all.map((each) => `\n    ${JSON.stringify(each)}`).join(',');
  const head = `"format": "${FORMAT}",\n  "version": ${FORMAT_VERSION}`;
  // not named where there are none: an earlier program reads such an archive, and refuses one that it would read wrongly
  const more = Object.entries({ joined, actions })
    .map(([name, all]) => (all.length === 0 ? '' : `,\n  "${name}": [${lines(all)}\n  ]`))
    .join('');
  return `{\n  ${head},\n  "imports": [${lines(imports)}\n  ],\n  "parts": [${lines(parts)}\n  ]${more}\n}\n`;
}
