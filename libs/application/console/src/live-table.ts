interface Kept<Row> {
  readonly row: Row;
  readonly seq: number;
}

/** Rows by their key, each with the place in the recording that it follows from. Bounded: of more than `rowsMax`, the one that changed first is forgotten, of those that are over. */
export class LiveTable<Row extends { readonly key: string }> {
  readonly #rowsMax: number;
  /** in the order in which they changed last, so that what is new stands at the end */
  readonly #kept = new Map<string, Kept<Row>>();

  readonly #isOver: (row: Row) => boolean;

  /** `isOver`: whether nothing more becomes of a row; one that is not is kept as long as another one can go. By default all are. */
  constructor(rowsMax: number, isOver: (row: Row) => boolean = () => true) {
    this.#rowsMax = rowsMax;
    this.#isOver = isOver;
  }

  put(row: Row, seq: number): void {
    this.#kept.delete(row.key);
    this.#kept.set(row.key, { row, seq });
    if (this.#kept.size <= this.#rowsMax) return;
    const gone = this.#firstOver() ?? this.#kept.keys().next().value;
    if (gone !== undefined) this.#kept.delete(gone);
  }

  #firstOver(): string | undefined {
    for (const [key, { row }] of this.#kept) if (this.#isOver(row)) return key;
    return undefined;
  }

  get(key: string): Row | undefined {
    return this.#kept.get(key)?.row;
  }

  *rows(): Generator<Row> {
    for (const { row } of this.#kept.values()) yield row;
  }

  /** Rows that follow from places behind `seq`, those that changed last at the end. */
  since(seq: number): readonly Row[] {
    const found: Row[] = [];
    for (const { row, seq: at } of this.#kept.values()) if (at > seq) found.push(row);
    return found;
  }
}
