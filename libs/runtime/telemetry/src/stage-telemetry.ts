import { metrics, ROOT_CONTEXT, trace, TraceFlags, type Attributes } from '@opentelemetry/api';
import { HANDLED_SECONDS } from './handled-work.ts';
import { spanIds } from './span-ids.ts';
import { parentSpanOf, spanIdOf, traceIdOf } from './slice-trace.ts';

const MS = 1_000;

/** What of a stage's instances is measured when it is asked for. */
export interface MeasuredInstance {
  readonly shard: number;
  /** the last interval that was handled, ms since 1970 */
  readonly t: number;
  /** the place in the recording up to which it has read */
  readonly seq: number;
  /** intervals that wait for more */
  readonly waiting: number;
}

/**
 * What a service of a stage tells of its work. Without somebody who listens each call costs a few nanoseconds: the interface of OpenTelemetry does
 * nothing then.
 */
export class StageTelemetry {
  readonly #run: string;
  readonly #stage: string;
  readonly #meter = metrics.getMeter('aitrader');
  readonly #tracer = trace.getTracer('aitrader');
  /** by shard: nothing of them changes, and they are needed for each thing that is handled */
  readonly #attributesOf = new Map<number, Attributes>();
  readonly #seconds = this.#meter.createHistogram('aitrader_stage_handled_seconds', {
    description: 'how long a stage took over one thing that it heard',
    advice: { explicitBucketBoundaries: [...HANDLED_SECONDS] },
  });

  constructor(run: string, stage: string, instances: () => readonly MeasuredInstance[]) {
    this.#run = run;
    this.#stage = stage;
    const gauge = (name: string, description: string, of: (instance: MeasuredInstance) => number): void => {
      this.#meter.createObservableGauge(name, { description }).addCallback((result) => {
        for (const instance of instances()) result.observe(of(instance), this.#attributes(instance.shard));
      });
    };
    gauge('aitrader_stage_interval_seconds', 'the interval that was handled last, seconds since 1970', ({ t }) => t / MS);
    gauge('aitrader_stage_read_sequence', 'the place in the recording up to which it was read', ({ seq }) => seq);
    gauge('aitrader_stage_waiting_intervals', 'intervals that wait for more', ({ waiting }) => waiting);
  }

  /** Something was handled, an interval where `t` says which: `began` and `ended` in ms since 1970. */
  handled(shard: number, t: number | undefined, began: number, ended: number): void {
    this.#seconds.record((ended - began) / MS, this.#attributes(shard));
    if (t !== undefined && spanIds.isAsked !== undefined) this.#trace(shard, t, began, ended);
  }

  #trace(shard: number, t: number, began: number, ended: number): void {
    const [run, stage] = [this.#run, this.#stage];
    const traceId = traceIdOf(run, t);
    if (spanIds.isAsked?.(traceId) !== true) return;
    const attributes = this.#attributes(shard);
    const parent = parentSpanOf(run, t, stage, shard);
    const context =
      parent === undefined
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: parent, traceFlags: TraceFlags.SAMPLED, isRemote: true });
    const ids = { traceId, spanId: spanIdOf(run, t, stage, shard) };
    const options = { startTime: began, attributes: { ...attributes, t } };
    spanIds.with(ids, () => this.#tracer.startSpan(stage, options, context)).end(ended);
  }

  #attributes(shard: number): Attributes {
    const known = this.#attributesOf.get(shard);
    if (known !== undefined) return known;
    const attributes = { run: this.#run, stage: this.#stage, shard };
    this.#attributesOf.set(shard, attributes);
    return attributes;
  }
}
