/** Bytes that tables part their fields by, in the order that they are tried in. */
export const DELIMITERS = [0x2c, 0x3b, 0x09, 0x7c] as const;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;

/** Most fields that a row may have: vendors print around ten, and the arrays below must end somewhere. */
export const FIELDS_MAX = 256;

/** Where the fields of the row last split lie in its buffer, quotes left out. Reused from row to row. */
export interface RowFields {
  count: number;
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** where the next row begins */
  next: number;
}

export const newRowFields = (): RowFields => ({
  count: 0,
  start: new Int32Array(FIELDS_MAX),
  end: new Int32Array(FIELDS_MAX),
  next: 0,
});

/**
 * Splits the row that begins at `from` and ends with a line feed (there must be one). Fields beyond `FIELDS_MAX` are counted,
 * not kept; a blank row has no fields. Returns false when a quoted field does not end before the row does.
 */
export function splitRow(bytes: Uint8Array, from: number, fields: RowFields, delimiter: number): boolean {
  fields.count = 0;
  let start = from;
  for (let i = from; ; i++) {
    const byte = bytes[i];
    if (byte === delimiter) {
      keepField(fields, start, i);
      start = i + 1;
    } else if (byte === LINE_FEED || byte === undefined) {
      const end = i > from && bytes[i - 1] === CARRIAGE_RETURN ? i - 1 : i;
      if (end > from) keepField(fields, start, end);
      fields.next = i + 1;
      return true;
    } else if (byte === QUOTE && i === start) {
      i = closingQuote(bytes, i);
      if (i < 0 || !endsField(bytes, i + 1, delimiter)) return false;
    }
  }
}

function keepField(fields: RowFields, start: number, end: number): void {
  if (fields.count < FIELDS_MAX) {
    fields.start[fields.count] = start;
    fields.end[fields.count] = end;
  }
  fields.count++;
}

/** Index of the quote that ends the field opened at `open`, or −1 when the row ends first. Doubled quotes stand for one. */
function closingQuote(bytes: Uint8Array, open: number): number {
  for (let i = open + 1; ; i++) {
    const byte = bytes[i];
    if (byte === LINE_FEED || byte === undefined) return -1;
    if (byte !== QUOTE) continue;
    if (bytes[i + 1] !== QUOTE) return i;
    i++;
  }
}

function endsField(bytes: Uint8Array, i: number, delimiter: number): boolean {
  const byte = bytes[i];
  return byte === delimiter || byte === LINE_FEED || (byte === CARRIAGE_RETURN && bytes[i + 1] === LINE_FEED);
}

/** Start of a field inside its quotes, if it has any. */
export const fieldStart = (bytes: Uint8Array, fields: RowFields, field: number): number => {
  const start = fields.start[field] ?? 0;
  return bytes[start] === QUOTE ? start + 1 : start;
};

/** End of a field inside its quotes, if it has any. */
export const fieldEnd = (bytes: Uint8Array, fields: RowFields, field: number): number => {
  const end = fields.end[field] ?? 0;
  return bytes[fields.start[field] ?? 0] === QUOTE ? end - 1 : end;
};

/** Where the row after the one that begins at `from` begins, whatever is in it. */
export const nextRow = (bytes: Uint8Array, from: number): number => {
  const end = bytes.indexOf(LINE_FEED, from);
  return end < 0 ? bytes.length : end + 1;
};

/** Length of a byte order mark at `at`. */
export const byteOrderMarkLength = (bytes: Uint8Array, at: number): number =>
  bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf ? 3 : 0;
