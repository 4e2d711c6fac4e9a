import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  decodeBars,
  decodeControl,
  decodeOrders,
  decodeReports,
  encodeFills,
  encodeOrderEvents,
  encodeRequests,
} from '@aitrader/contracts';
import { hearBars, hearCommand, hearDecision, hearWords, mayBegin } from '@aitrader/core-execution';
import type { ExecutionReport, RequestBatch, RiskDecision } from '@aitrader/model';
import { required, type IntervalMessages, type Said, type SequencedMessage } from '@aitrader/runtime-bus';
import { Stage, StageContext, StageInSequence, StageInstances } from '@aitrader/runtime-service';
import type { BrokerExecution, Execution } from './execution.instance.ts';
import { GatewayHost } from './gateway.host.ts';

/** Execution behind the bus: every shard's bars and risk's orders in, fills and order events out; with a broker, requests besides. */
@Controller()
export class ExecutionController {
  readonly #instances: StageInstances<Execution>;
  readonly #gateway: GatewayHost;

  constructor(instances: StageInstances<Execution>, gateway: GatewayHost) {
    this.#instances = instances;
    this.#gateway = gateway;
  }

  /** With the simulated broker: one interval after the other, with risk's orders of the one before. */
  @Stage('execution')
  trade(@Payload() messages: IntervalMessages, @Ctx() { shard: account }: StageContext): readonly Said[] {
    const execution = this.#instances.of(account);
    if ('word' in execution) throw new Error('a run with a broker is heard message by message');
    const { stage, bars, report, before } = execution;
    for (const slice of bars) decodeBars(required(messages, 'bars', slice.shard), slice);
    stage.apply(
      { t: messages.t, bars, decision: decidedBefore(messages) ?? before, control: messages.control.map(decodeControl) },
      report,
    );
    return wordOn(report);
  }

  /** With a broker: message by message. */
  @StageInSequence('execution')
  hear(@Payload() heard: SequencedMessage, @Ctx() { shard: account }: StageContext): readonly Said[] {
    const execution = this.#instances.of(account);
    if (!('word' in execution)) throw new Error('a run without a broker is heard by intervals');
    this.#hearMessage(execution, heard);
    const interval = mayBegin(execution.state) ? heard.takeInterval() : undefined;
    if (interval !== undefined) {
      for (const slice of execution.bars) decodeBars(required(interval, 'bars', slice.shard), slice);
      hearBars(execution.state, interval.t, execution.bars, execution.word);
      this.#gateway.heardBars(interval.t);
    }
    return this.#sayWord(execution, heard);
  }

  #hearMessage({ state, word }: BrokerExecution, { fact, seq, data }: SequencedMessage): void {
    if (fact === 'orders') hearDecision(state, { ...decodeOrders(data), denials: [], forecast: null }, word);
    else if (fact === 'reports') hearWords(state, decodeReports(data).words, word);
    else if (fact === 'control') {
      const command = decodeControl(data);
      this.#gateway.heardCommand(seq, command);
      hearCommand(state, command, word);
    }
  }

  /** What is said after one message; what was said before is used up. */
  #sayWord({ state, word }: BrokerExecution, { seq: cause }: SequencedMessage): readonly Said[] {
    const batch: RequestBatch = { cause, t: state.manager.now, requests: word.requests.splice(0) };
    const { report } = word;
    word.report = null;
    for (const event of word.breaks.splice(0)) this.#gateway.tellBreak(event);
    const said = report === null ? [] : wordOn(report);
    return batch.requests.length === 0 ? said : [this.#sayRequests(batch), ...said];
  }

  #sayRequests(batch: RequestBatch): Said {
    const { cause, t } = batch;
    return { fact: 'requests', t, place: cause, payload: encodeRequests(batch), stored: () => this.#gateway.recorded(batch) };
  }
}

/** Execution's word on an interval. */
function wordOn(report: ExecutionReport): readonly Said[] {
  const { t } = report;
  const said: Said[] = report.fills.length === 0 ? [] : [{ fact: 'fills', t, payload: encodeFills(report) }];
  return [...said, { fact: 'order-events', t, payload: encodeOrderEvents(report) }];
}

/** Risk's decision on the interval before; the recording has none before the first. Denials are no business of execution. */
function decidedBefore(messages: IntervalMessages): RiskDecision | undefined {
  const payload = messages.payload('orders', -1);
  return payload === undefined ? undefined : { ...decodeOrders(payload), denials: [], forecast: null };
}
