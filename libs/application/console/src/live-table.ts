interface Kept<Row> {
  readonly row: Row;
  readonly seq: number;
}

/** Rows by their key, each with the place in the recording that it follows from. Bounded: of more than `rowsMax`, those put first are forgotten. */
export class LiveTable<Row extends { readonly key: string }> {
  readonly #rowsMax: number;
  /** in the order in which they changed last, so that what is new stands at the end */
  readonly #kept = new Map<string, Kept<Row>>();

  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax;
  }

  put(row: Row, seq: number): void {
    this.#kept.delete(row.key);
    this.#kept.set(row.key, { row, seq });
    if (this.#kept.size <= this.#rowsMax) return;
    for (const key of this.#kept.keys()) {
      this.#kept.delete(key);
      break;
    }
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
