import { DeliverPolicy } from '@nats-io/jetstream';
import { openBus, type BusAccess } from '@aitrader/runtime-bus';

/** One process of the bare relay: hands every message of one subject on to the next, waiting for each to be stored. */
const [server = '', stream = '', hop = '0'] = process.argv.slice(2);
const bus = await openBus(JSON.parse(server) as BusAccess, `relay ${hop}`);
const from = `${stream.toLowerCase()}.hop.${hop}`;
const to = `${stream.toLowerCase()}.hop.${Number(hop) + 1}`;
const consumer = await bus.js.consumers.get(stream, { filter_subjects: from, deliver_policy: DeliverPolicy.All });
let storing: Promise<unknown> = Promise.resolve();
await consumer.consume({
  callback: (message) => {
    const payload = message.data;
    storing = storing.then(() => bus.js.publish(to, payload));
    storing.catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    });
  },
});
process.stdin.on('end', () => process.exit(0)).resume();
process.send?.('ready');
