import { decode } from '@msgpack/msgpack';
import { z } from 'zod';
import { epochMs, ticker, UnitError, type Ticker } from '@aitrader/model';
import type { StreamedBar } from './live-events.ts';

/*
 * Messages of Alpaca's market-data stream. Fields and kinds that are not known are left aside: the vendor adds some every month. Those
 * that are used are checked.
 */

const MINUTE_MS = 60_000;
const finite = z.number().refine(Number.isFinite);
/** RFC 3339 with up to nine decimals as text, or the timestamp that msgpack makes of it. */
const instant = z.union([z.string(), z.date()]).transform((value, context) => {
  const ms = typeof value === 'string' ? Date.parse(value) : value.getTime();
  if (Number.isSafeInteger(ms) && ms >= 0) return ms;
  context.addIssue({ code: 'custom', message: `not an instant: ${JSON.stringify(value)}` });
  return z.NEVER;
});

const barSchema = z.object({
  T: z.enum(['b', 'u']),
  S: z.string(),
  o: finite,
  h: finite,
  l: finite,
  c: finite,
  v: finite,
  t: instant,
});
const statusSchema = z.object({ T: z.literal('s'), S: z.string(), sc: z.string(), t: instant });
const tradeSchema = z.object({ T: z.literal('t'), S: z.string() });
const successSchema = z.object({ T: z.literal('success'), msg: z.string() });
const errorSchema = z.object({ T: z.literal('error'), code: z.number(), msg: z.string() });
const subscriptionSchema = z.object({
  T: z.literal('subscription'),
  bars: z.array(z.string()).nullish(),
  updatedBars: z.array(z.string()).nullish(),
});
const SCHEMAS = {
  b: barSchema,
  u: barSchema,
  s: statusSchema,
  t: tradeSchema,
  success: successSchema,
  error: errorSchema,
  subscription: subscriptionSchema,
} as const;

export type AlpacaMessage =
  | { readonly kind: 'bar'; readonly bar: StreamedBar }
  | { readonly kind: 'halt'; readonly symbol: Ticker; readonly halted: boolean }
  | { readonly kind: 'trade' }
  | { readonly kind: 'success'; readonly what: string }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  | { readonly kind: 'subscription'; readonly bars: readonly string[] }
  | { readonly kind: 'left-aside'; readonly what: string };

/** Status codes of tapes A and B, and of C and O, that say that a symbol does not trade, or that it does again. */
const HALTS: ReadonlySet<string> = new Set(['2', 'H', 'P', 'F']);
const RESUMES: ReadonlySet<string> = new Set(['3', 'T']);

/** The messages of one frame: JSON text, or msgpack. What is malformed is a message that says so. */
export function alpacaMessages(frame: Uint8Array, codec: 'json' | 'msgpack'): AlpacaMessage[] {
  let content: unknown;
  try {
    content = codec === 'json' ? JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(frame)) : decode(frame);
  } catch (error) {
    return [
      aside(`a frame of ${frame.length} bytes that is no ${codec}: ${error instanceof Error ? error.message : String(error)}`),
    ];
  }
  return (Array.isArray(content) ? content : [content]).map(messageOf);
}

const aside = (what: string): AlpacaMessage => ({ kind: 'left-aside', what });

function messageOf(content: unknown): AlpacaMessage {
  const kind: unknown = typeof content === 'object' && content !== null ? Reflect.get(content, 'T') : undefined;
  if (typeof kind !== 'string') return aside(`a message without a kind: ${shown(content)}`);
  if (!Object.hasOwn(SCHEMAS, kind)) return aside(`a message of kind ${JSON.stringify(kind.slice(0, 32))}`);
  const parsed = SCHEMAS[kind as keyof typeof SCHEMAS].safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return aside(`${shown(content)}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is malformed'}`);
  }
  try {
    return said(parsed.data);
  } catch (error) {
    if (error instanceof UnitError || error instanceof RangeError) return aside(`${shown(content)}: ${error.message}`);
    throw error;
  }
}

const SHOWN_MAX = 200;
const shown = (content: unknown): string => (JSON.stringify(content) ?? String(content)).slice(0, SHOWN_MAX);

function said(message: z.infer<(typeof SCHEMAS)[keyof typeof SCHEMAS]>): AlpacaMessage {
  switch (message.T) {
    case 'b':
    case 'u': {
      const { S, t, o, h, l, c, v } = message;
      const bar = { symbol: ticker(S), t: epochMs(t + MINUTE_MS), open: o, high: h, low: l, close: c, volume: v };
      return { kind: 'bar', bar: { ...bar, isUpdate: message.T === 'u' } };
    }
    case 's':
      if (HALTS.has(message.sc)) return { kind: 'halt', symbol: ticker(message.S), halted: true };
      if (RESUMES.has(message.sc)) return { kind: 'halt', symbol: ticker(message.S), halted: false };
      return aside(`a status ${message.sc} of ${message.S}`);
    case 't':
      return { kind: 'trade' };
    case 'success':
      return { kind: 'success', what: message.msg };
    case 'error':
      return { kind: 'error', code: message.code, message: message.msg };
    case 'subscription':
      return { kind: 'subscription', bars: message.bars ?? [] };
  }
}
