import { z } from 'zod';
import { ticker, UnitError, type Ticker } from '@aitrader/model';

/*
 * Messages of Finnhub's stream of trades. There is no id of a trade, and none of a message: what comes twice counts twice. Fields and
 * kinds that are not known are left aside.
 */

const finite = z.number().refine(Number.isFinite);
const tradeSchema = z.object({ s: z.string(), p: finite, v: finite, t: z.int(), c: z.array(z.string()).nullish() });
const frameSchema = z.object({ type: z.string(), data: z.array(z.unknown()).nullish(), msg: z.string().nullish() });

/** A trade as it is streamed: dollars and shares; `t` is when it was made, epoch ms. */
export interface StreamedTrade {
  readonly symbol: Ticker;
  readonly t: number;
  readonly price: number;
  readonly volume: number;
  /** false of one that counts for the volume alone */
  readonly isPriced: boolean;
}

export type FinnhubMessage =
  | { readonly kind: 'trade'; readonly trade: StreamedTrade }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'ping' }
  | { readonly kind: 'left-aside'; readonly what: string };

/**
 * Conditions of trades whose price makes no bar. "12" stands with every trade of fewer than a hundred shares in the vendor's samples, and
 * with no other: an odd lot. The vendor's list of the others is not to be had; "24" comes with every trade outside the regular session,
 * where such trades are all there is.
 */
const UNPRICED: ReadonlySet<string> = new Set(['12']);
const SHOWN_MAX = 200;

/** The messages of one frame, a JSON text. What is malformed is a message that says so. */
export function finnhubMessages(frame: Uint8Array): FinnhubMessage[] {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(frame));
  } catch (error) {
    return [aside(`a frame of ${frame.length} bytes that is no json: ${error instanceof Error ? error.message : String(error)}`)];
  }
  const parsed = frameSchema.safeParse(content);
  if (!parsed.success) return [aside(`a message without a kind: ${shown(content)}`)];
  const { type, data, msg } = parsed.data;
  if (type === 'ping') return [{ kind: 'ping' }];
  if (type === 'error') return [{ kind: 'error', message: msg ?? 'an error that is not told' }];
  return type === 'trade' ? (data ?? []).map(tradeOf) : [aside(`a message of kind ${JSON.stringify(type.slice(0, 32))}`)];
}

const aside = (what: string): FinnhubMessage => ({ kind: 'left-aside', what });
const shown = (content: unknown): string => (JSON.stringify(content) ?? String(content)).slice(0, SHOWN_MAX);

function tradeOf(content: unknown): FinnhubMessage {
  const parsed = tradeSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return aside(`${shown(content)}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is malformed'}`);
  }
  const { s, p, v, t, c } = parsed.data;
  try {
    const isPriced = !(c ?? []).some((condition) => UNPRICED.has(condition));
    return { kind: 'trade', trade: { symbol: ticker(s), t, price: p, volume: v, isPriced } };
  } catch (error) {
    if (error instanceof UnitError || error instanceof RangeError) return aside(`${shown(content)}: ${error.message}`);
    throw error;
  }
}
