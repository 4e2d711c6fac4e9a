import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { programFile } from '@aitrader/runtime-configuration';
import { DeliverPolicy, StorageType } from '@nats-io/jetstream';
import { accessOf, type Bus, type BusServer } from '@aitrader/runtime-bus';
import { quantileOf } from './quantile.ts';

const HOPS = 5;
const STREAM = 'BENCH_RELAY';
const PAYLOAD = new Uint8Array(256);

export interface RelayFigures {
  readonly messagesPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** The yardstick of the bus: processes that only hand messages on through one stream, five if nothing else is said, first flat out, then at a pace. */
export async function measureRelay(
  bus: Bus,
  server: BusServer,
  messages: number,
  paced: number,
  paceMs: number,
  count = HOPS,
): Promise<RelayFigures> {
  await bus.jsm.streams.delete(STREAM).catch(() => undefined);
  await bus.jsm.streams.add({
    name: STREAM,
    subjects: [`${STREAM.toLowerCase()}.>`],
    storage: StorageType.File,
    num_replicas: 1,
  });
  const hops = await Promise.all(Array.from({ length: count }, (_, hop) => startHop(server, hop)));
  try {
    const flatOut = await passThrough(bus, count, messages, 0);
    const times = await passThrough(bus, count, paced, paceMs);
    return {
      messagesPerSecond: messages / (((flatOut.at(-1)?.arrivedMs ?? 0) - (flatOut[0]?.sentMs ?? 0)) / 1000),
      p50Ms: quantileOf(
        times.map(({ sentMs, arrivedMs }) => arrivedMs - sentMs),
        0.5,
      ),
      p99Ms: quantileOf(
        times.map(({ sentMs, arrivedMs }) => arrivedMs - sentMs),
        0.99,
      ),
    };
  } finally {
    for (const hop of hops) hop.kill('SIGKILL');
    await bus.jsm.streams.delete(STREAM);
  }
}

function startHop(server: BusServer, hop: number): Promise<ChildProcess> {
  const child = fork(programFile('relay-hop'), [JSON.stringify(accessOf(server, 'supervisor')), STREAM, String(hop)], {
    stdio: ['pipe', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child));
    child.once('exit', (code) => reject(new Error(`relay ${hop} ended with ${code}`)));
  });
}

interface Passage {
  sentMs: number;
  arrivedMs: number;
}

async function passThrough(bus: Bus, hops: number, messages: number, paceMs: number): Promise<Passage[]> {
  const passages: Passage[] = [];
  const all = Promise.withResolvers<void>();
  const consumer = await bus.js.consumers.get(STREAM, {
    filter_subjects: `${STREAM.toLowerCase()}.hop.${hops}`,
    deliver_policy: DeliverPolicy.New,
  });
  let arrived = 0;
  const reading = await consumer.consume({
    callback: () => {
      const passage = passages[arrived++];
      if (passage !== undefined) passage.arrivedMs = performance.now();
      if (arrived === messages) all.resolve();
    },
  });
  for (let i = 0; i < messages; i++) {
    passages.push({ sentMs: performance.now(), arrivedMs: 0 });
    await bus.js.publish(`${STREAM.toLowerCase()}.hop.0`, PAYLOAD);
    if (paceMs > 0) await sleep(paceMs);
  }
  await all.promise;
  reading.stop();
  return passages;
}
