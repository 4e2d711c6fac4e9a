/**
 * What is measured, as Prometheus reads it and as a collector is told it.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  parentSpanOf,
  spanIdOf,
  startTelemetry,
  StageTelemetry,
  telemetryIn,
  traceIdOf,
  type RunningTelemetry,
} from './index.ts';

const RUN = 'paper-told';
const T = 1_719_927_000_000;
const INTERVALS = 400;

interface Told {
  readonly url: string;
  readonly body: string;
}

interface ToldSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
}

interface ToldSpans {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly ToldSpan[] }[] }[];
}

const listening = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

describe('telemetry', () => {
  const told: Told[] = [];
  const collector = createServer((request: IncomingMessage, response) => {
    void text(request).then((body) => {
      told.push({ url: request.url ?? '', body });
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  let telemetry: RunningTelemetry;
  let metrics = '';

  beforeAll(async () => {
    const otlp = await listening(collector);
    telemetry = await startTelemetry({ service: 'strategy', version: '1', prometheus: true, otlp, traced: 1 });
    const stage = new StageTelemetry(RUN, 'strategy', () => [{ shard: 0, t: T, seq: 41, waiting: 2 }]);
    stage.handled(0, T, T, T + 3);
    stage.handled(0, undefined, T, T + 700);
    new StageTelemetry(RUN, 'probability', () => []).handled(0, T, T - 5, T - 1);
    const door = createServer((request, response) => telemetry.scrape?.(request, response));
    metrics = await (await fetch(`${await listening(door)}/metrics`)).text();
    door.close();
    await telemetry.stop();
  });
  afterAll(() => {
    collector.close();
    collector.closeAllConnections();
  });

  const spansTold = (): readonly ToldSpan[] =>
    told
      .filter(({ url }) => url === '/v1/traces')
      .flatMap(({ body }) => (JSON.parse(body) as ToldSpans).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  const samples = (name: string): readonly string[] => metrics.split('\n').filter((line) => line.startsWith(`${name}{`));

  it('tells how long each thing took, by stage and shard', () => {
    const [count] = samples('aitrader_stage_handled_seconds_count');
    const [sum] = samples('aitrader_stage_handled_seconds_sum');
    expect(count).toMatch(/run="paper-told".*stage="strategy".*shard="0".* 2(\s|$)/);
    expect(Number(sum?.split(' ')[1])).toBeCloseTo(0.703, 6);
    expect(samples('aitrader_stage_handled_seconds_bucket').find((line) => line.includes('le="0.005"'))).toMatch(/ 1(\s|$)/);
  });

  it.each([
    ['aitrader_stage_interval_seconds', T / 1000],
    ['aitrader_stage_read_sequence', 41],
    ['aitrader_stage_waiting_intervals', 2],
  ])('tells %s when it is asked', (name, value) => {
    expect(samples(name).map((line) => Number(line.split('} ')[1]?.split(' ')[0]))).toEqual([value]);
  });

  it('tells a collector the same, and the span of each interval in the trace of its slice', () => {
    expect(told.map(({ url }) => url).sort()).toEqual(['/v1/metrics', '/v1/traces']);
    expect(spansTold()).toMatchObject([
      {
        name: 'strategy',
        traceId: traceIdOf(RUN, T),
        spanId: spanIdOf(RUN, T, 'strategy', 0),
        parentSpanId: spanIdOf(RUN, T, 'probability', 0),
      },
      { name: 'probability', traceId: traceIdOf(RUN, T), spanId: spanIdOf(RUN, T, 'probability', 0) },
    ]);
  });

  it('of the account follows from the first shard, and what begins a slice from nothing', () => {
    expect(parentSpanOf(RUN, T, 'risk', -1)).toBe(spanIdOf(RUN, T, 'strategy', 0));
    expect(parentSpanOf(RUN, T, 'probability', 3)).toBeUndefined();
    expect(traceIdOf(RUN, T)).toMatch(/^[0-9a-f]{32}$/);
    expect(traceIdOf(RUN, T + 60_000)).not.toBe(traceIdOf(RUN, T));
  });

  it('is told to nobody unless the environment says to whom', async () => {
    const off = telemetryIn({}, { service: 'risk', version: '1' });
    expect(off).toMatchObject({ prometheus: false, otlp: undefined });
    expect((await startTelemetry(off)).scrape).toBeUndefined();
    const on = telemetryIn(
      { AITRADER_METRICS: '1', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' },
      { service: 'risk', version: '1' },
    );
    expect(on).toMatchObject({ prometheus: true, otlp: 'http://collector:4318', traced: 1 });
  });

  it.each([
    ['always_on', '', 1],
    ['always_off', '', 0],
    ['traceidratio', '0.1', 0.1],
    ['parentbased_traceidratio', '0.25', 0.25],
    ['parentbased_always_on', '0.5', 1],
  ])('tells the share of traces that %s %s says', (sampler, argument, traced) => {
    const environment = { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: argument };
    expect(telemetryIn(environment, { service: 'risk', version: '1' })).toMatchObject({ traced });
  });

  it.each([
    [
      'sometimes',
      '',
      'OTEL_TRACES_SAMPLER: expected one of always_on, always_off, traceidratio or parentbased_…, got "sometimes"',
    ],
    ['traceidratio', '2', 'OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, got "2"'],
    ['traceidratio', 'half', 'OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, got "half"'],
  ])('refuses the sampler %s %s', (sampler, argument, words) => {
    const environment = { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: argument };
    expect(() => telemetryIn(environment, { service: 'risk', version: '1' })).toThrow(words);
  });

  it('of a share of the traces is of the same ones, whoever tells', async () => {
    told.length = 0;
    const url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const partly = await startTelemetry({ service: 'all', version: '1', prometheus: false, otlp: url, traced: 0.1 });
    for (const stage of ['probability', 'strategy'])
      for (let n = 0; n < INTERVALS; n++) new StageTelemetry(RUN, stage, () => []).handled(0, T + n * 60_000, T, T + 1);
    await partly.stop();
    const traces = (stage: string): readonly string[] =>
      spansTold()
        .filter(({ name }) => name === stage)
        .map(({ traceId }) => traceId);
    expect(traces('strategy')).toEqual(traces('probability'));
    expect(traces('strategy').length / INTERVALS).toBeCloseTo(0.1, 1);
  });
});
