import type { SymbolForecast, SymbolRow } from '@aitrader/application-console';

/*
 * The symbols of a run as columns: a worker keeps them, and hands them over whole in one typed array, which is passed and not copied. A row is made
 * of them where it is looked at.
 */

const REGIMES = ['calm', 'normal', 'turbulent'] as const;
const QUANTILES = ['median', 'low50', 'high50', 'low80', 'high80', 'low95', 'high95', 'velocityUp'] as const;
/** What stands where in a row; of one without a forecast the median is NaN. */
const AT = { t: 0, close: 1, firstClose: 2, volume: 3, quarantined: 4, regime: 5, isWarmingUp: 6, forecast: 7 } as const;
const WIDTH = AT.forecast + QUANTILES.length;

/** All symbols, as they are handed over. */
export interface HandedSymbols {
  /** those that were not handed over before, behind the others */
  readonly newKeys: readonly string[];
  readonly values: Float64Array<ArrayBuffer>;
}

/** Symbols as they change; those that came first stand first. */
export class SymbolWriter {
  readonly #index = new Map<string, number>();
  readonly #keys: string[] = [];
  #values = new Float64Array(WIDTH * 64);
  #handed = 0;

  put(row: SymbolRow): void {
    const at = this.#placeOf(row.key) * WIDTH;
    const { forecast } = row;
    const values = this.#values;
    values[at + AT.t] = row.t;
    values[at + AT.close] = row.close;
    values[at + AT.firstClose] = row.firstClose;
    values[at + AT.volume] = row.volume;
    values[at + AT.quarantined] = Number(row.quarantined);
    values[at + AT.regime] = forecast === null ? 0 : REGIMES.indexOf(forecast.regime);
    values[at + AT.isWarmingUp] = Number(forecast?.isWarmingUp ?? false);
    for (const [i, name] of QUANTILES.entries()) values[at + AT.forecast + i] = forecast?.[name] ?? NaN;
  }

  #placeOf(key: string): number {
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    const place = this.#keys.push(key) - 1;
    this.#index.set(key, place);
    if ((place + 1) * WIDTH > this.#values.length) {
      const larger = new Float64Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    return place;
  }

  /** All of them as they are now, to be given away. */
  hand(): HandedSymbols {
    const newKeys = this.#keys.slice(this.#handed);
    this.#handed = this.#keys.length;
    return { newKeys, values: this.#values.slice(0, this.#keys.length * WIDTH) };
  }
}

/** Rows by their key, as a page looks at them. */
export type RowsByKey<Row> = Pick<ReadonlyMap<string, Row>, 'size' | 'get' | 'has' | 'keys' | 'values'>;

/** The symbols as they were handed over last. A row that says what it said is the same object. */
export class SymbolTable implements RowsByKey<SymbolRow> {
  readonly #index: Map<string, number>;
  readonly #made: Map<string, SymbolRow>;
  readonly #values: Float64Array;

  /** `before`: the table that this one takes the place of, which is not looked at any more. */
  constructor({ newKeys, values }: HandedSymbols, before?: SymbolTable) {
    this.#index = before === undefined ? new Map<string, number>() : before.#index;
    this.#made = before === undefined ? new Map<string, SymbolRow>() : before.#made;
    for (const key of newKeys) this.#index.set(key, this.#index.size);
    this.#values = values;
  }

  get size(): number {
    return this.#index.size;
  }
  has(key: string): boolean {
    return this.#index.has(key);
  }
  keys(): MapIterator<string> {
    return this.#index.keys();
  }
  *values(): MapIterator<SymbolRow> {
    for (const [key, place] of this.#index) yield this.#rowAt(key, place);
    return undefined;
  }

  get(key: string): SymbolRow | undefined {
    const place = this.#index.get(key);
    if (place === undefined) return undefined;
    const [before, row] = [this.#made.get(key), this.#rowAt(key, place)];
    if (before !== undefined && isSame(before, row)) return before;
    this.#made.set(key, row);
    return row;
  }

  #rowAt(key: string, place: number): SymbolRow {
    const value = (at: number): number => this.#values[place * WIDTH + at] ?? NaN;
    return {
      key,
      t: value(AT.t),
      close: value(AT.close),
      firstClose: value(AT.firstClose),
      volume: value(AT.volume),
      quarantined: value(AT.quarantined) === 1,
      forecast: Number.isNaN(value(AT.forecast)) ? null : forecastIn(value),
    };
  }
}

function forecastIn(value: (at: number) => number): SymbolForecast {
  return {
    median: value(AT.forecast),
    ...{ low50: value(AT.forecast + 1), high50: value(AT.forecast + 2) },
    ...{ low80: value(AT.forecast + 3), high80: value(AT.forecast + 4) },
    ...{ low95: value(AT.forecast + 5), high95: value(AT.forecast + 6) },
    velocityUp: value(AT.forecast + 7),
    regime: REGIMES[value(AT.regime)] ?? 'normal',
    isWarmingUp: value(AT.isWarmingUp) === 1,
  };
}

function isSame(a: SymbolRow, b: SymbolRow): boolean {
  const isSameBar = a.t === b.t && a.close === b.close && a.firstClose === b.firstClose && a.volume === b.volume;
  if (!isSameBar || a.quarantined !== b.quarantined || (a.forecast === null) !== (b.forecast === null)) return false;
  const [one, other] = [a.forecast, b.forecast];
  if (one === null || other === null) return true;
  const isSameMarket = one.regime === other.regime && one.isWarmingUp === other.isWarmingUp;
  return isSameMarket && QUANTILES.every((name) => one[name] === other[name]);
}
