import { STATE_WIDTH, reserveStates, type StateColumn, type StateSlice } from '@aitrader/model';
import { packFigures, unpackFigures } from './packed-figures.ts';
import { parse } from './payload.ts';
import type { StatesV3 } from './schemas.ts';
import { layoutOf, readHead, type SliceHead } from './slice-layout.ts';
import { checkSymbols, newWrittenSymbols, symbolsText } from './symbols-text.ts';
import { ContractError, validate } from './validation.ts';

/*
 * States as `states` v3: what they are about as JSON, and their figures, packed, as one text of base64 in it. So the message is JSON as
 * every other one, at two fifths of the bytes of columns and a quarter of the time.
 *
 * 1. What is encoded decodes to the same; a refused message leaves the slice that it was to be read into as it was.
 */

const WRITTEN = newWrittenSymbols('states', { t: 0, shard: 0, model: '', figures: '' });

/** @throws ContractError when a figure is no safe integer or the symbols are out of order */
export function encodeStates(slice: StateSlice): string {
  const { t, shard, model, count } = slice;
  const text = symbolsText(WRITTEN, slice.symbols, count);
  if (slice.rows.length < count * STATE_WIDTH)
    throw new ContractError('states', 'figures', `has ${slice.rows.length} figures for ${count} symbols`);
  validate('states', { t, shard, model, symbols: [], figures: '' });
  const head = `{"t":${t},"shard":${shard},"model":${JSON.stringify(model)},"symbols":${text}`;
  return `${head},"figures":"${packFigures(slice.rows, count).toString('base64')}"}`;
}

const LAYOUT = layoutOf('states', [], { figures: '' });
const FIGURES = Buffer.from(',"figures":"');
const END = Buffer.from('"}');
/** What was read last, before anybody may have it. */
const room = { figures: new Float64Array(0) };

/**
 * Reads states into a slice that the caller reuses. Of columns that are not `wanted` nothing is promised.
 * @throws ContractError, leaving the slice as it was
 */
export function decodeStates(payload: Uint8Array, into: StateSlice, wanted?: ReadonlySet<StateColumn>): void {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const { t, shard, model, symbols, figures } = readLaidOut(bytes) ?? parseStates(payload);
  const count = symbols.length;
  const packed = Buffer.from(figures, 'base64');
  if (packed.toString('base64') !== figures) throw new ContractError('states', 'figures', 'is not base64');
  if (room.figures.length < count * STATE_WIDTH) room.figures = new Float64Array(2 * count * STATE_WIDTH);
  unpackFigures(packed, count, room.figures, wanted);
  reserveStates(into, count);
  Object.assign(into, { t, shard, model, count, symbols });
  into.rows.set(room.figures.subarray(0, count * STATE_WIDTH));
}

function parseStates(payload: Uint8Array): StatesV3 {
  const message = parse('states', payload) as StatesV3;
  checkSymbols('states', message.symbols);
  return message;
}

/** States as our codec lays them out; undefined when they are laid out otherwise. */
function readLaidOut(bytes: Buffer): StatesV3 | undefined {
  const read: SliceHead | undefined = readHead(LAYOUT, bytes);
  if (read === undefined) return undefined;
  const from = read.end + FIGURES.length;
  const to = bytes.length - END.length;
  if (to < from || !bytes.subarray(read.end, from).equals(FIGURES) || !bytes.subarray(to).equals(END)) return undefined;
  const figures = bytes.toString('latin1', from, to);
  // a quotation mark or an escape would end the text elsewhere
  if (figures.includes('"') || figures.includes('\\')) return undefined;
  return { ...(read.head as StatesV3), symbols: read.symbols, figures };
}
