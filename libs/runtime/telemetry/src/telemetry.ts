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
}

/** Telemetry that is told. */
export interface RunningTelemetry {
  /** answers Prometheus; undefined where it may not ask */
  readonly scrape: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  /** tells what is left to tell */
  readonly stop: () => Promise<void>;
}

const NONE: RunningTelemetry = { scrape: undefined, stop: () => Promise.resolve() };

/** `AITRADER_METRICS=1` lets Prometheus ask; OpenTelemetry's own variable names a collector. */
export const telemetryIn = (
  environment: Readonly<Record<string, string | undefined>>,
  { service, version }: Pick<TelemetryOptions, 'service' | 'version'>,
): TelemetryOptions => ({
  ...{ service, version },
  prometheus: environment['AITRADER_METRICS'] === '1',
  otlp: environment['OTEL_EXPORTER_OTLP_ENDPOINT'] || undefined,
});

/** Begins to tell what is measured from now on. What it takes is loaded only when somebody is told. */
export async function startTelemetry(options: TelemetryOptions): Promise<RunningTelemetry> {
  if (!options.prometheus && options.otlp === undefined) return NONE;
  const { openTelemetry } = await import('./open-telemetry.ts');
  return openTelemetry(options);
}
