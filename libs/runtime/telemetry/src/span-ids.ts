import { randomBytes } from 'node:crypto';

const TRACE_BYTES = 16;
const SPAN_BYTES = 8;

interface Ids {
  readonly traceId: string;
  readonly spanId: string;
}

/** Ids of spans: those that follow from what a span is about, said as it is begun; drawn for all others. */
class SpanIds {
  /** whether somebody is told of a trace: to nobody else are the ids of its spans worth the work that they take */
  isAsked: ((traceId: string) => boolean) | undefined;
  #said: Ids | undefined;

  /** Begins a span that has these ids. Both stay until it is begun: which of them OpenTelemetry asks for first is its own affair. */
  with<T>(ids: Ids, begin: () => T): T {
    this.#said = ids;
    try {
      return begin();
    } finally {
      this.#said = undefined;
    }
  }

  generateTraceId(): string {
    return this.#said?.traceId ?? randomBytes(TRACE_BYTES).toString('hex');
  }

  generateSpanId(): string {
    return this.#said?.spanId ?? randomBytes(SPAN_BYTES).toString('hex');
  }
}

/** Those of this process. */
export const spanIds = new SpanIds();
