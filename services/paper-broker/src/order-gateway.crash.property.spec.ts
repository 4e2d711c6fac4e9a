/**
 * The gateway at an exchange where everything goes wrong, killed at any point.
 *
 * 1. No client order id is sent twice, unless it was certain that it was not taken.
 * 2. Every request is answered in the end, and what was told of trades sums to the exchange's own ledger: positions and cash.
 * 3. Every order that is over at the exchange was told to be, and no other.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { priceFromDollars, quantityFromShares, type Report, type SubmitRequest } from '@aitrader/model';
import { ExchangeClient, textOf, type Loose } from '../test/exchange-client.ts';
import { bracket, cancel, RecordedGateway, submit } from '../test/recorded-gateway.ts';

const FAULTS: readonly object[] = [
  { kind: 'drop-reply', match: { method: 'POST', path: '/v2/orders' } },
  { kind: 'drop-reply', match: { method: 'DELETE' } },
  { kind: 'drop-reply', match: { method: 'GET' } },
  { kind: 'error', status: 503, performed: true, match: { path: '/v2/orders' } },
  { kind: 'error', status: 500, performed: false, match: { path: '/v2/orders' } },
  { kind: 'error', status: 504, performed: true, match: { method: 'POST', path: '/v2/orders' } },
  { kind: 'rate-limit', match: { method: 'POST' } },
  { kind: 'rate-limit', match: { method: 'GET' } },
  { kind: 'slow', delayMs: 30, match: { method: 'POST', path: '/v2/orders' } },
  { kind: 'slow', delayMs: 600, match: { method: 'POST', path: '/v2/orders' } },
  { kind: 'missing-update' },
  { kind: 'missing-update', match: { event: 'fill' } },
  { kind: 'missing-update', match: { event: 'trade_bust' } },
  { kind: 'missing-update', match: { event: 'trade_correct' } },
  { kind: 'missing-update', match: { event: 'canceled' } },
  { kind: 'duplicate-update', count: 3 },
  { kind: 'late-update', delayMs: 20 },
  { kind: 'late-update', delayMs: 60, match: { event: 'fill' } },
  { kind: 'drop-socket', stream: 'trades' },
  { kind: 'mute-socket' },
  { kind: 'pending-cancel' },
];

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('submit' as const), n: fc.nat({ max: 7 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), n: fc.nat({ max: 30 }) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('minute' as const), n: fc.integer({ min: -6, max: 6 }) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('fault' as const), n: fc.nat({ max: FAULTS.length - 1 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('amend' as const), n: fc.nat({ max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('again' as const), n: fc.nat({ max: 30 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('wait' as const), n: fc.nat({ max: 40 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash' as const), n: fc.integer({ min: 1, max: 25 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** So many as take some ten seconds. */
const RUNS = 20;

/** A run, whose process dies after so many more points. */
class Rehearsal {
  readonly exchange: ExchangeClient;
  readonly run: RecordedGateway;
  readonly submissions: SubmitRequest[] = [];
  crashes = 0;
  #pointsLeft = Infinity;
  #cancels = 0;
  #last = 100;

  constructor(exchange: ExchangeClient) {
    this.exchange = exchange;
    this.run = new RecordedGateway(exchange, {
      failPoint: () => {
        this.#pointsLeft -= 1;
        if (this.#pointsLeft === 0) this.run.die();
      },
    });
  }

  /** Starts it, again and again where it dies while it starts. */
  async start(): Promise<void> {
    for (let isFirst = true; isFirst || this.run.isDead; isFirst = false) {
      if (this.run.isDead) {
        this.crashes += 1;
        this.run.kill();
      }
      await Promise.race([this.run.resume(), this.run.death]);
    }
  }

  async play({ do: what, n }: Step): Promise<void> {
    if (this.run.isDead) await this.start();
    if (what === 'submit') this.#submit(n);
    else if (what === 'cancel') this.#cancel(n);
    else if (what === 'minute') await this.#minute(n);
    else if (what === 'fault') await this.exchange.fault(FAULTS[n] ?? {});
    else if (what === 'amend') await this.#amend(n);
    else if (what === 'again') this.#again(n);
    else if (what === 'wait') await sleep(n);
    else this.#pointsLeft = n;
  }

  #submit(n: number): void {
    const id = `r${this.submissions.length}`;
    const near = priceFromDollars(this.#last + 3);
    const exits = { target: priceFromDollars(this.#last + 6), stop: priceFromDollars(this.#last - 6) };
    const quantity = quantityFromShares(1 + n);
    const request =
      n % 4 === 0
        ? submit(id, { limit: priceFromDollars(this.#last - 4), quantity })
        : n % 4 === 1
          ? submit(id, { limit: near, quantity })
          : n % 4 === 2
            ? bracket(id, { limit: near, exits, quantity })
            : submit(id, { leg: 'target', side: 'sell', class: 'oco', exits, quantity });
    this.submissions.push(request);
    this.run.ask(request);
  }

  #cancel(n: number): void {
    const about = this.submissions[n % Math.max(1, this.submissions.length)];
    if (about === undefined) return;
    this.#cancels += 1;
    this.run.ask(cancel(`c${this.#cancels}`, about));
  }

  async #minute(move: number): Promise<void> {
    const [open, close] = [this.#last, this.#last + move];
    this.#last = close;
    await this.exchange.minute({ AAPL: [open, Math.max(open, close) + 1, Math.min(open, close) - 1, close, 12] });
  }

  async #amend(n: number): Promise<void> {
    const { executions } = await this.exchange.get('/_sim/state');
    const trades = Object.values(executions ?? {});
    const trade = trades[n % Math.max(1, trades.length)];
    if (trade === undefined) return;
    const id = textOf(trade['id']);
    await this.exchange.fault(
      n % 2 === 0
        ? { kind: 'bust', execution_id: id }
        : { kind: 'correct', execution_id: id, price: String(this.#last + (n % 5) / 10) },
    );
  }

  /** Asks again for what was not taken for now. */
  #again(n: number): void {
    const request = this.submissions[n % Math.max(1, this.submissions.length)];
    if (request === undefined || this.run.answers(request.id).at(-1)?.kind !== 'not-now') return;
    this.run.ask(request);
  }

  /** Nothing goes wrong any more, and everything is found out. */
  async end(): Promise<void> {
    this.#pointsLeft = Infinity;
    await this.exchange.ask('DELETE', '/_sim/fault');
    // what comes late has come
    await sleep(80);
    if (this.run.isDead) await this.start();
    await this.run.until(() => this.run.gateway.status.waiting === 0 && this.run.gateway.status.isOpen);
    await this.run.gateway.reconcile('end');
    // an amendment is followed by a look at its order
    await this.run.gateway.reconcile('end');
  }
}

const OVER: ReadonlySet<string> = new Set(['filled', 'canceled', 'expired', 'rejected']);

/** Shares by symbol and dollars of cash that follow from what was told. */
function toldLedger(told: readonly Report[], orders: readonly Loose[]) {
  const sides = new Map(orders.map((order) => [textOf(order['id']), textOf(order['side']) === 'buy' ? 1 : -1]));
  const reads = new Map<string, { readonly sign: number; readonly shares: number; readonly price: number }>();
  const first = new Map<string, string>();
  for (const { kind, brokerId, execution } of told) {
    if (execution === null) continue;
    const id = execution.amends === null ? execution.id : (first.get(execution.amends) ?? `nothing ${execution.amends}`);
    if (kind === 'execution' && reads.has(id)) throw new Error(`told twice: ${id}`);
    first.set(execution.id, id);
    const shares = kind === 'bust' ? 0 : execution.quantity / 1e9;
    reads.set(id, { sign: sides.get(brokerId ?? '') ?? Number.NaN, shares, price: execution.price });
  }
  let [position, cash] = [0, 100_000 * 1e4];
  for (const { sign, shares, price } of reads.values()) {
    position += sign * shares;
    cash -= sign * shares * price;
  }
  return { position, cash: cash / 1e4 };
}

describe('a gateway that is killed at any point, at an exchange where everything goes wrong', () => {
  it('1. sends nothing twice, and in the end has told 2. what the ledger of the exchange has, 3. and which orders are over', async () => {
    const seen = { crashes: 0, trades: 0, kinds: new Set<string>() };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
        const exchange = await ExchangeClient.start({ PAPER_EXCHANGE_RULES: 'simulation' });
        await exchange.minute({ AAPL: [100, 100, 100, 100] });
        const rehearsal = new Rehearsal(exchange);
        const { run } = rehearsal;
        try {
          await rehearsal.start();
          for (const one of steps) await rehearsal.play(one);
          await rehearsal.end();
          const state = await exchange.get('/_sim/state');
          const [orders, positions] = [Object.values(state['orders'] ?? {}), Object.values(state['positions'] ?? {})];
          const notNow = run.told.filter(({ kind }) => kind === 'not-now').map(({ request }) => request);
          for (const id of new Set(run.sent))
            expect(run.sent.filter((one) => one === id).length).toBeLessThanOrEqual(
              1 + notNow.filter((one) => one === id).length,
            );
          expect(toldLedger(run.told, orders)).toEqual({
            position: Number(positions[0]?.['qty'] ?? 0),
            cash: Number(state['account']?.['cash']),
          });
          for (const { id } of run.requests.flatMap(({ requests }) => requests))
            expect({ id, isAnswered: run.told.some(({ request, kind }) => request === id && kind !== 'unknown') }).toEqual({
              id,
              isAnswered: true,
            });
          const over = ({ kind, open }: Report): boolean => open === 0 || OVER.has(kind);
          const toldOver = new Set(run.told.flatMap((word) => (over(word) ? [word.brokerId] : [])));
          for (const order of orders)
            expect({ order, isOver: toldOver.has(textOf(order['id'])) }).toEqual({
              order,
              isOver: OVER.has(textOf(order['status'])),
            });
          expect(run.failures).toEqual([]);
          seen.crashes += rehearsal.crashes;
          for (const { kind, execution } of run.told) {
            seen.kinds.add(kind);
            if (execution !== null) seen.trades += 1;
          }
        } finally {
          await run.close();
          await exchange.stop();
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(seen.crashes).toBeGreaterThan(10);
    expect(seen.trades).toBeGreaterThan(30);
    expect([...seen.kinds]).toEqual(expect.arrayContaining(['bust', 'correction', 'not-found', 'unknown', 'refused', 'pending']));
  });
});
