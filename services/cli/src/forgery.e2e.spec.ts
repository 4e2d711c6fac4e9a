/**
 * Somebody who reaches the bus says what only risk, or an operator, may say: whoever reads it stops, tells which message it was, once, and
 * nothing follows from it. What was recorded before stays, and can be looked at.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeFills, decodeOrders, encodeControl, encodeOrders, operatorSubject, subjectOf } from '@aitrader/contracts';
import { withHome } from '@aitrader/application-supervision';
import {
  epochMs,
  ids,
  newControl,
  price,
  quantityFromShares,
  runId,
  ticker,
  type Order,
  type RiskDecision,
  type RunId,
} from '@aitrader/model';
import { lastOf, readRecording, type Bus } from '@aitrader/runtime-bus';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { newPrivateKey, signCommand, signOrders, signerOf } from '@aitrader/runtime-signing';
import { commandUnderTest, processesOf, type CommandUnderTest } from './testing/command-under-test.ts';

const RUN_MS_MAX = 240_000;
const STRANGER = signerOf(newPrivateKey(), 'stranger');

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
  readonly run: RunId;
}

/** The last decision of a run that approved something, by now. */
async function lastDecision(bus: Bus, run: RunId): Promise<Omit<RiskDecision, 'denials' | 'forecast'> | undefined> {
  const message = await lastOf(bus, run, 'orders');
  return message === undefined ? undefined : decodeOrders(message.data);
}

describe('a message that should not be there', () => {
  let aitrader: CommandUnderTest;
  beforeAll(async () => (aitrader = await commandUnderTest()));
  afterAll(() => aitrader.cleanUp());

  /** Starts a run, lets somebody say something in it once risk has decided, and waits until it has ended. */
  async function runWith(forge: (bus: Bus, run: RunId) => Promise<void>): Promise<Ended> {
    const paper = aitrader.start('paper', '--speed', '3000', '--json');
    process.env['AITRADER_HOME'] = aitrader.home;
    let run = runId('none');
    while (processesOf(aitrader.home)?.run === undefined) await sleep(50);
    run = runId(processesOf(aitrader.home)?.run ?? '');
    await withHome({ onProgress: () => undefined }, async ({ bus }) => {
      while ((await lastDecision(bus, run).catch(() => undefined)) === undefined) await sleep(50);
      await forge(bus, run);
    });
    const { code, stderr } = await paper.finished;
    return { code, stderr, run };
  }

  /** What every service of a run logged as an error, but for those that were fenced off by it. */
  const alertsIn = (run: RunId): string[] =>
    ['probability', 'strategy', 'risk', 'execution'].flatMap((stage) =>
      readFileSync(path.join(aitrader.home, 'logs', run, `${stage}.log`), 'utf8')
        .split('\n')
        .filter((line) => line.includes('should not be there')),
    );

  async function ordersFilled(run: RunId): Promise<readonly string[]> {
    const filled = new Set<string>();
    process.env['AITRADER_HOME'] = aitrader.home;
    await withHome({ onProgress: () => undefined }, ({ bus }) =>
      readRecording(bus, run, {
        onInterval: ({ message }) => {
          const fills = message('fills', -1);
          if (fills !== undefined) for (const fill of decodeFills(fills.data).fills) filled.add(fill.orderId);
        },
      }),
    ).catch(() => undefined);
    return [...filled];
  }

  const orderAt = (t: number): Order => ({
    ...{ id: ids.order('o.forged'), t: epochMs(t), symbol: ticker('SYN01'), side: 'buy', quantity: quantityFromShares(1_000) },
    ...{ type: 'market', timeInForce: 'day', reference: price(2_700_000), stop: price(1), target: price(9_000_000) },
    ...{ exitAt: epochMs(t + 3_600_000), signalId: ids.signal('s.forged'), gates: [] },
  });

  it.each([
    ['signed by nobody', () => ({})],
    [
      "signed by a stranger's key",
      (run: RunId, order: Order) =>
        signOrders(STRANGER, { run, config: SIMULATED_DEFAULTS, configHash: '', seq: 1 }, { orders: [order], exits: [] }),
    ],
  ] as const)(
    'is an order %s: execution stops, and it never fills',
    async (_, sign) => {
      const { code, stderr, run } = await runWith(async (bus, name) => {
        const decision = await lastDecision(bus, name);
        if (decision === undefined) throw new Error('nothing was decided');
        const order = orderAt(decision.t + 60_000);
        const payload = encodeOrders({ ...decision, t: order.t, orders: [order], denials: [] });
        const { headers } = await import('@nats-io/transport-node');
        const head = headers();
        for (const [field, value] of Object.entries<string>(sign(name, order))) head.set(field, value);
        await bus.js.publish(subjectOf(name, 'orders'), payload, { headers: head });
      });
      expect(code).toBe(1);
      expect(stderr).toMatch(/execution: message \d+ of the recording \(at\..*\.orders\..*\) should not be there: /);
      expect(alertsIn(run)).toHaveLength(1);
      expect(await ordersFilled(run)).not.toContain('o.forged');
    },
    RUN_MS_MAX,
  );

  it.each([
    ['signed by nobody', () => ({})],
    ["signed by another's key", (run: RunId, id: string, text: string) => signCommand(STRANGER, run, id, text)],
  ] as const)(
    'is a command %s: those who read it stop, and it is met again by who goes on',
    async (_, sign) => {
      const { code, stderr, run } = await runWith(async (bus, name) => {
        const text = encodeControl(newControl('resume', epochMs(1), 'ada', 'trust me'));
        const { headers } = await import('@nats-io/transport-node');
        const head = headers();
        for (const [field, value] of Object.entries<string>(sign(name, `${name}/operator/1`, text))) head.set(field, value);
        await bus.js.publish(operatorSubject(name), text, { msgID: `${name}/operator/1`, headers: head });
      });
      expect(code).toBe(1);
      expect(stderr).toMatch(/message \d+ of the recording \(at\..*\.operator\) should not be there: resume of ada is/);
      const again = await aitrader.run('paper', '--continue', run, '--speed', 'max', '--json');
      expect(again.code).toBe(1);
      expect(again.stderr).toMatch(/should not be there: resume of ada is/);
    },
    RUN_MS_MAX,
  );
});
