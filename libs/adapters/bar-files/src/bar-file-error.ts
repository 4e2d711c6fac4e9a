/** Where in a bar file something was refused. Lines count from 1 and include the header; absent when it is about the file. */
export interface BarFilePlace {
  readonly file: string;
  readonly line?: number;
  /** where it is in a file without lines: a path in JSON, a row of a row group */
  readonly at?: string;
  readonly field?: string;
  /** the refused text, cut to `VALUE_CHARACTERS_MAX` */
  readonly value?: string;
}

/** Longest piece of a file that a message quotes: enough to recognise a field, too little to flood a terminal. */
const VALUE_CHARACTERS_MAX = 64;

/** A piece of a file as a message quotes it: cut, in quotes, and without a character that a terminal would obey. */
export const quoted = (text: string): string =>
  JSON.stringify(text.slice(0, VALUE_CHARACTERS_MAX)).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** The place of a row by its number, as its file counts. */
export const rowPlace = (file: string, word: 'line' | 'bar' | 'row', row: number): BarFilePlace =>
  word === 'line' ? { file, line: row } : { file, at: `${word} ${row}` };

/** A place of a row in few words, for a message about another one. */
export const rowText = (file: string, word: 'line' | 'bar' | 'row', row: number): string =>
  word === 'line' ? `${file}:${row}` : `${file}, ${word} ${row}`;

/** Thrown when a bar file cannot be taken as it is. Nothing of the load is kept: half a market is worse than none. */
export class BarFileError extends Error {
  override readonly name = 'BarFileError';
  readonly file: string;
  readonly line: number | undefined;
  readonly at: string | undefined;
  readonly field: string | undefined;
  readonly value: string | undefined;

  constructor(place: BarFilePlace, problem: string, options?: ErrorOptions) {
    const value = place.value?.slice(0, VALUE_CHARACTERS_MAX);
    const inside = place.at === undefined ? '' : ` ${place.at}:`;
    const at = place.line === undefined ? place.file : `${place.file}:${place.line}`;
    const field = place.field === undefined ? '' : ` ${place.field}`;
    super(`${at}:${inside}${field}${value === undefined ? '' : ` ${quoted(value)}`} ${problem}`, options);
    this.file = place.file;
    this.line = place.line;
    this.at = place.at;
    this.field = place.field;
    this.value = value;
  }
}

/** Thrown when a load comes to more bars than it may hold. */
export class TooManyBarsError extends BarFileError {}
