import { setTimeout as sleep } from 'node:timers/promises';
import { headers } from '@nats-io/transport-node';
import { decodeControl, FACT_WIRING, operatorSubject, operatorSubjects, streamOf, upcast } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import type { Bus } from './connection.ts';
import { BusFullError, JETSTREAM_CODE, codeOf } from './errors.ts';
import type { Payload } from './publisher.ts';
import { readLogTo } from './log-reader.ts';
import { recordingInfo } from './recordings.ts';
import { isStoreFull } from './server/index.ts';

const ANSWER_TIMEOUT_MS = 2_000;
const RETRY_WAIT_MS = 200;
/** All of them are over well within the time that the server knows a message's id for. */
const ATTEMPTS_MAX = 10;

/**
 * Records an operator's command, and resolves to the sequence at which it stands. `id` names it: whoever does not know whether it was
 * recorded says it again under the same id, within two minutes, and is told the sequence of the first. `signed` are its actor's headers,
 * and `version` is the one of control that it is said in.
 * @throws ContractError for what the stages could not read, UnknownRunError, BusFullError, or the server's error
 */
export async function recordCommand(
  bus: Bus,
  run: RunId,
  control: Payload,
  id: string,
  signed: Readonly<Record<string, string>>,
  version = FACT_WIRING.control.version,
): Promise<number> {
  decodeControl(upcast('control', version, Buffer.from(control)));
  await recordingInfo(bus, run);
  const head = headers();
  for (const [name, value] of Object.entries(signed)) head.set(name, value);
  const options = { msgID: id, headers: head, expect: { streamName: streamOf(run) }, timeout: ANSWER_TIMEOUT_MS };
  for (let attempt = 1; ; attempt++) {
    try {
      const { seq } = await bus.js.publish(operatorSubject(run, version), control, options);
      return seq;
    } catch (error) {
      if (isStoreFull(error)) throw new BusFullError('the bus has no room for the command', { cause: error });
      const code = codeOf(error);
      const isFinal = code !== undefined && code !== JETSTREAM_CODE.unavailable;
      if (isFinal || attempt === ATTEMPTS_MAX || bus.nc.isClosed()) throw error;
      await sleep(RETRY_WAIT_MS);
    }
  }
}

/** Where the command of an id stands, for who comes to ask later than the server itself knows it; undefined where none was recorded. */
export async function commandRecordedAs(bus: Bus, run: RunId, id: string): Promise<number | undefined> {
  const { state } = await recordingInfo(bus, run);
  let found: number | undefined;
  await readLogTo(bus, state.last_seq, {
    run,
    subjects: operatorSubjects(run),
    from: state.first_seq,
    onMessage: ({ seq, headers: of }) => {
      if (of?.get('Nats-Msg-Id') === id) found ??= seq;
    },
  });
  return found;
}
