import { contentKind } from '@aitrader/runtime-storage';
import type { z } from 'zod';
import type { RawAnswer } from './raw-store.ts';
import type { Vendor } from './vendor-bars.ts';
import { quotedAnswer, VendorError } from './vendor-error.ts';

const ISSUES_MAX = 3;

/** Where an answer came from, without anything that is no business of a reader: `data.alpaca.markets/v2/stocks/bars`. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** The JSON of a body. @throws VendorError for a page, a text, or JSON that ends too early */
export function jsonOf(vendor: Vendor, { url, body, status }: RawAnswer): unknown {
  try {
    return JSON.parse(body);
  } catch {
    const { kind } = contentKind(Buffer.from(body));
    const what = kind === 'markup' ? 'a web page' : kind === 'json' ? 'JSON that is cut off or broken' : 'no JSON';
    throw new VendorError(vendor, 'malformed', `${placeOf(url)} answered ${status} with ${what}: ${quotedAnswer(body)}`);
  }
}

/** A document in its schema. @throws VendorError naming the fields that are not as they should be */
export function shapedAs<T>(vendor: Vendor, schema: z.ZodType<T>, document: unknown, answer: RawAnswer): T {
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, ISSUES_MAX).map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
  throw unexpected(vendor, answer, issues.join('; '));
}

/** An answer that is whole and of a shape that nobody knows. */
export const unexpected = (vendor: Vendor, { url, body }: RawAnswer, problem: string): VendorError =>
  new VendorError(vendor, 'unexpected', `${placeOf(url)} answered otherwise than expected: ${problem}: ${quotedAnswer(body)}`);

/** What a refusal says in a field of its JSON; all of it where that is none. */
export function saidIn({ body }: RawAnswer, field: string): string {
  try {
    const document: unknown = JSON.parse(body);
    const said: unknown = typeof document === 'object' && document !== null ? Reflect.get(document, field) : undefined;
    return typeof said === 'string' ? said : body;
  } catch {
    return body;
  }
}

/** What a status says that means the same with every vendor; undefined for one below 300. */
export function refusalOf(vendor: Vendor, answer: RawAnswer, said: string): VendorError | undefined {
  const { status, url } = answer;
  if (status < 300) return undefined;
  const text = `${placeOf(url)} answered ${status}: ${quotedAnswer(said)}`;
  if (status === 429) return new VendorError(vendor, 'throttled', `too many requests: ${text}`, retryAfterOf(answer));
  if (status >= 500 || status === 408) return new VendorError(vendor, 'server', text, retryAfterOf(answer));
  if (status < 400) {
    const target = answer.headers['location'];
    const where = target !== undefined && URL.canParse(target, url) ? new URL(target, url).host : 'nowhere';
    return new VendorError(vendor, 'refused', `${placeOf(url)} sends on to ${where}, which is not followed`);
  }
  return new VendorError(vendor, 'refused', text);
}

/** How long the answer asks to wait: `Retry-After` in seconds or as a date, or else when the limit is set back. */
function retryAfterOf({ headers, receivedAt }: RawAnswer): number | undefined {
  const after = headers['retry-after'];
  if (after !== undefined) {
    if (/^\d+(\.\d+)?$/.test(after)) return Number(after) * 1000;
    const until = Date.parse(after);
    return Number.isNaN(until) ? undefined : Math.max(0, until - receivedAt);
  }
  const reset = Number(headers['x-ratelimit-reset']);
  return Number.isFinite(reset) && reset > 0 ? Math.max(0, reset * 1000 - receivedAt) : undefined;
}
