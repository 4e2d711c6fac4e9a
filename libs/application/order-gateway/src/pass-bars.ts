import { read, readUint32, type AdvanceRequest, type BarSlice } from '@aitrader/model';
import { instantOf } from './broker-words.ts';
import type { GatewayDesk } from './gateway-desk.ts';
import type { BarsToTrade } from './gateway.options.ts';

/*
 * Lets an exchange that trades the run's own bars live through an interval.
 *
 * 1. It lives through an interval once: to ask again is refused, since its time never goes back.
 * 2. It is told of corporate actions before the first interval that they may be in force in. What it was told of already changes nothing.
 */

const TIMEOUT_MS = 30_000;
const REFUSED_FROM = 400;
const BROKEN_FROM = 500;

/** Thrown when the exchange does not take an interval: the run cannot go on. */
export class AdvanceRefusedError extends Error {
  override readonly name = 'AdvanceRefusedError';
}

/** Asks until it is done. Returns the number of updates that came of it; undefined where it was done before, or is not known to be new. */
export async function passBars(desk: GatewayDesk, through: BarsToTrade, { t }: AdvanceRequest): Promise<number | undefined> {
  const slices = await through.bars(t);
  await tellActions(desk, through);
  const body = JSON.stringify({ t, timeframe: slices[0]?.timeframe ?? '1m', bars: barsIn(slices) });
  for (let attempt = 0; ; attempt++) {
    desk.check();
    await desk.point('advance:before');
    const answer = await ask(desk, `${through.url}/_sim/advance`, { method: 'POST', body });
    await desk.point('advance:after');
    const updates = answer?.status === 200 ? numberIn(answer.text, 'updates') : undefined;
    if (updates !== undefined) return attempt === 0 ? updates : undefined;
    const state = answer === undefined ? undefined : await ask(desk, `${through.url}/_sim/state`, { method: 'GET' });
    const now = state?.status === 200 ? instantOf(textIn(state.text, 'now')) : undefined;
    if (now !== undefined && now >= t) return undefined;
    if (answer !== undefined && answer.status >= REFUSED_FROM && answer.status < BROKEN_FROM && now !== undefined)
      throw new AdvanceRefusedError(`the exchange does not take the interval ${t}: ${answer.status} ${answer.text}`);
    desk.warn(`the exchange did not answer for the interval ${t}: ${answer === undefined ? 'no answer' : answer.text}`);
    await desk.pause(desk.retryMs(attempt));
  }
}

async function tellActions(desk: GatewayDesk, through: BarsToTrade): Promise<void> {
  const actions = through.actions();
  if (actions.length === desk.actionsTold) return;
  for (let attempt = 0; ; attempt++) {
    desk.check();
    const answer = await ask(desk, `${through.url}/_sim/actions`, { method: 'POST', body: JSON.stringify({ actions }) });
    if (answer?.status === 200) break;
    if (answer !== undefined && answer.status >= REFUSED_FROM && answer.status < BROKEN_FROM)
      throw new AdvanceRefusedError(`the exchange does not take the corporate actions: ${answer.status} ${answer.text}`);
    desk.warn(`the exchange did not answer for corporate actions: ${answer === undefined ? 'no answer' : answer.text}`);
    await desk.pause(desk.retryMs(attempt));
  }
  desk.actionsTold = actions.length;
}

interface ExchangeAnswer {
  readonly status: number;
  readonly text: string;
}

async function ask(
  desk: GatewayDesk,
  url: string,
  request: { method: string; body?: string },
): Promise<ExchangeAnswer | undefined> {
  try {
    const send = desk.options.fetch ?? fetch;
    const response = await send(url, { ...request, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { status: response.status, text: await response.text() };
  } catch {
    return undefined;
  }
}

type ExchangeBar = Readonly<Record<'o' | 'h' | 'l' | 'c' | 'v' | 'f', number>>;

function barsIn(slices: readonly BarSlice[]): Readonly<Record<string, ExchangeBar>> {
  const bars: Record<string, ExchangeBar> = {};
  for (const { count, symbols, open, high, low, close, volume, flags } of slices) {
    for (let row = 0; row < count; row++) {
      const symbol = symbols[row];
      if (symbol === undefined) continue;
      const [o, h, l, c] = [read(open, row), read(high, row), read(low, row), read(close, row)];
      bars[symbol] = { o, h, l, c, v: read(volume, row), f: readUint32(flags, row) };
    }
  }
  return bars;
}

function fieldIn(text: string, name: string): unknown {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' && document !== null ? Reflect.get(document, name) : undefined;
  } catch {
    return undefined;
  }
}

function numberIn(text: string, name: string): number | undefined {
  const value = fieldIn(text, name);
  return typeof value === 'number' ? value : undefined;
}

function textIn(text: string, name: string): string | null {
  const value = fieldIn(text, name);
  return typeof value === 'string' ? value : null;
}
