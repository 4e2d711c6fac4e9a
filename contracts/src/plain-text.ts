/*
 * Plain data as text: what JSON knows, maps, sets, typed arrays, and numbers that JSON does not know.
 *
 * 1. What is read is what was written: kinds, the order of keys and entries, −0, NaN, and what is one object in several places.
 * 2. The same data is the same text on every host.
 */

const COLUMNS = { Float64Array, Float32Array, Int32Array, Uint32Array, Int16Array, Uint16Array, Int8Array, Uint8Array };
type ColumnName = keyof typeof COLUMNS;
type Column = InstanceType<(typeof COLUMNS)[ColumnName]>;

/** What marks an object of JSON as something that JSON does not know. */
const MARK = '$';
type Marked =
  | readonly ['map', readonly (readonly [Spelled, Spelled])[]]
  | readonly ['set', readonly Spelled[]]
  | readonly ['again', number]
  | readonly ['number', string]
  | readonly ['undefined']
  | readonly [ColumnName, string];
type Spelled =
  null | boolean | number | string | readonly Spelled[] | { readonly [key: string]: Spelled } | { readonly $: Marked };

/** Thrown on what is no plain data, and on a text that none was written as. */
export class PlainTextError extends TypeError {
  override readonly name = 'PlainTextError';
}

/** Plain data as text. @throws PlainTextError naming what is none: a function, an instance of a class, a view of a part of a buffer */
export const plainText = (value: unknown): string => JSON.stringify(spell(value, new Map()));

/** Reads what {@link plainText} wrote. @throws PlainTextError, SyntaxError */
export const plainFrom = (text: string): unknown => read(JSON.parse(text) as Spelled, []);

/** `seen` numbers the objects in the order in which they are come to. */
function spell(value: unknown, seen: Map<object, number>): Spelled {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return spellNumber(value);
  if (value === undefined) return { $: ['undefined'] };
  if (typeof value !== 'object') throw new PlainTextError(`a ${typeof value} is no plain data`);
  return spellObject(value, seen);
}

const spellNumber = (value: number): Spelled => {
  if (Object.is(value, -0)) return { $: ['number', '-0'] };
  return Number.isFinite(value) ? value : { $: ['number', String(value)] };
};

function spellObject(value: object, seen: Map<object, number>): Spelled {
  const before = seen.get(value);
  if (before !== undefined) return { $: ['again', before] };
  seen.set(value, seen.size);
  if (Array.isArray(value)) return value.map((each) => spell(each, seen));
  if (value instanceof Map)
    return { $: ['map', [...value].map(([key, each]) => [spell(key, seen), spell(each, seen)] as const)] };
  if (value instanceof Set) return { $: ['set', [...value].map((each) => spell(each, seen))] };
  if (ArrayBuffer.isView(value)) return { $: spellColumn(value) };
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new PlainTextError(`${value.constructor.name} is no plain data`);
  const entries = Object.entries(value).map(([key, each]) => [key, spell(each, seen)] as const);
  if (entries.some(([key]) => key === MARK || key === '__proto__')) throw new PlainTextError(`${MARK} is no key of plain data`);
  return Object.fromEntries(entries);
}

function spellColumn(value: ArrayBufferView): readonly [ColumnName, string] {
  const name = value.constructor.name;
  if (!(name in COLUMNS)) throw new PlainTextError(`${name} is no plain data`);
  if (value.byteLength !== value.buffer.byteLength) throw new PlainTextError('a view of a part of a buffer is no plain data');
  return [name as ColumnName, Buffer.from(value.buffer as ArrayBuffer).toString('base64')];
}

function read(spelled: Spelled, seen: object[]): unknown {
  if (typeof spelled !== 'object' || spelled === null) return spelled;
  if (Array.isArray(spelled)) {
    const list: unknown[] = [];
    seen.push(list);
    for (const each of spelled as readonly Spelled[]) list.push(read(each, seen));
    return list;
  }
  if (MARK in spelled) return readMarked((spelled as { readonly $: Marked }).$, seen);
  const object: Record<string, unknown> = {};
  seen.push(object);
  for (const [key, each] of Object.entries(spelled)) object[key] = read(each, seen);
  return object;
}

function readMarked(marked: Marked, seen: object[]): unknown {
  switch (marked[0]) {
    case 'map': {
      const map = new Map<unknown, unknown>();
      seen.push(map);
      for (const [key, each] of marked[1]) map.set(read(key, seen), read(each, seen));
      return map;
    }
    case 'set': {
      const set = new Set<unknown>();
      seen.push(set);
      for (const each of marked[1]) set.add(read(each, seen));
      return set;
    }
    case 'again':
      return known(seen[marked[1]]);
    case 'number':
      return Number(marked[1]);
    case 'undefined':
      return undefined;
    case 'Float64Array':
    case 'Float32Array':
    case 'Int32Array':
    case 'Uint32Array':
    case 'Int16Array':
    case 'Uint16Array':
    case 'Int8Array':
    case 'Uint8Array':
      return readColumn(marked, seen);
    default:
      throw new PlainTextError(`${String(marked[0] satisfies never)} marks nothing that is known`);
  }
}

function readColumn([name, text]: readonly [ColumnName, string], seen: object[]): Column {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  const column = new COLUMNS[name](bytes.buffer);
  seen.push(column);
  return column;
}

function known(object: object | undefined): object {
  if (object === undefined) throw new PlainTextError('refers to what was not come to yet');
  return object;
}
