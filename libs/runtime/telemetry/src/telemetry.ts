import type { IncomingMessage, ServerResponse } from 'node:http';

/** What is told to whom, by the environment. */
export interface TelemetryOptions {
  /** the service that tells */
  readonly service: string;
  readonly version: string;
  /** whether Prometheus may ask */
  readonly prometheus: boolean;
  /** address of a collector that speaks OTLP over HTTP; undefined: none is told */
  readonly otlp: string | undefined;
  /** which share of traces it is told, from 0 to 1; by a trace's id, so that every service tells of the same ones */
  readonly traced: number;
}

/** The environment says of telemetry what is not understood. */
export class TelemetryProblem extends Error {
  override readonly name = 'TelemetryProblem';
}

/** Telemetry that is told. */
export interface RunningTelemetry {
  /** answers Prometheus; undefined where it may not ask */
  readonly scrape: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  /** tells what is left to tell */
  readonly stop: () => Promise<void>;
}

const NONE: RunningTelemetry = { scrape: undefined, stop: () => Promise.resolve() };

/** `AITRADER_METRICS=1` lets Prometheus ask; OpenTelemetry's own variables name a collector, and which traces it is told. @throws TelemetryProblem for what is none of theirs */
export const telemetryIn = (
  environment: Readonly<Record<string, string | undefined>>,
  { service, version }: Pick<TelemetryOptions, 'service' | 'version'>,
): TelemetryOptions => ({
  ...{ service, version },
  prometheus: environment['AITRADER_METRICS'] === '1',
  otlp: environment['OTEL_EXPORTER_OTLP_ENDPOINT'] || undefined,
  traced: tracedShare(environment['OTEL_TRACES_SAMPLER'] || 'always_on', environment['OTEL_TRACES_SAMPLER_ARG'] || '1'),
});

/**
 * The share of traces that a sampler tells (opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables). A slice's trace has no
 * parent outside of it: what goes by the parent goes by its root.
 */
function tracedShare(sampler: string, argument: string): number {
  switch (sampler.replace(/^parentbased_/, '')) {
    case 'always_on':
      return 1;
    case 'always_off':
      return 0;
    case 'traceidratio': {
      const share = Number(argument);
      if (share >= 0 && share <= 1) return share;
      throw new TelemetryProblem(`OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, got ${JSON.stringify(argument)}`);
    }
    default:
      throw new TelemetryProblem(
        `OTEL_TRACES_SAMPLER: expected one of always_on, always_off, traceidratio or parentbased_…, got ${JSON.stringify(sampler)}`,
      );
  }
}

/** Begins to tell what is measured from now on. What it takes is loaded only when somebody is told. */
export async function startTelemetry(options: TelemetryOptions): Promise<RunningTelemetry> {
  if (!options.prometheus && options.otlp === undefined) return NONE;
  const { openTelemetry } = await import('./open-telemetry.ts');
  return openTelemetry(options);
}
