import { randomBytes } from 'node:crypto';

const TRACE_BYTES = 16;
const SPAN_BYTES = 8;

interface Ids {
  readonly traceId: string;
  readonly spanId: string;
}

/** Ids of spans: those that follow from what a span is about, said before it is begun; drawn for all others. */
class SpanIds {
  next: Ids | undefined;

  generateTraceId(): string {
    return this.next?.traceId ?? randomBytes(TRACE_BYTES).toString('hex');
  }

  generateSpanId(): string {
    const spanId = this.next?.spanId ?? randomBytes(SPAN_BYTES).toString('hex');
    this.next = undefined;
    return spanId;
  }
}

/** Those of this process: a span is begun right after its ids were said. */
export const spanIds = new SpanIds();
