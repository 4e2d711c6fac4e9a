import { metrics, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, SamplingDecision, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { spanIds } from './span-ids.ts';
import type { RunningTelemetry, TelemetryOptions } from './telemetry.ts';

/** Puts OpenTelemetry's own behind the interface that measuring goes through. */
export function openTelemetry({ service, version, prometheus, otlp, traced }: TelemetryOptions): RunningTelemetry {
  const resource = resourceFromAttributes({ 'service.name': `aitrader-${service}`, 'service.version': version });
  const asked = prometheus ? new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true }) : undefined;
  const url = otlp?.replace(/\/$/, '');
  const told =
    url === undefined
      ? []
      : [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter({ url: `${url}/v1/metrics` }) })];
  const meters = new MeterProvider({ resource, readers: [...(asked === undefined ? [] : [asked]), ...told] });
  metrics.setGlobalMeterProvider(meters);
  const tracers = url === undefined || traced === 0 ? undefined : tracersTo(url);
  if (tracers !== undefined) trace.setGlobalTracerProvider(tracers);
  return {
    scrape: asked === undefined ? undefined : (request, response) => asked.getMetricsRequestHandler(request, response),
    stop: async () => {
      // a collector that is gone must keep nobody from ending
      await Promise.allSettled([meters.shutdown(), tracers?.shutdown()]);
      // whoever begins to tell later tells by what is there then
      metrics.disable();
      trace.disable();
      spanIds.isAsked = undefined;
    },
  };

  function tracersTo(address: string): TracerProvider {
    const sampler = new TraceIdRatioBasedSampler(traced);
    spanIds.isAsked = (traceId) => sampler.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED;
    const exporter = new OTLPTraceExporter({ url: `${address}/v1/traces` });
    return new TracerProvider({
      resource,
      idGenerator: spanIds,
      sampler,
      spanProcessors: [new BatchSpanProcessor({ exporter })],
    });
  }
}
