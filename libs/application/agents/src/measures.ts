import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { BASELINE_RETURNS_MIN, calibrationReportOf, runCalibration, type SeriesReport } from '@aitrader/application-calibration';
import { loadBars } from '@aitrader/application-markets';
import { parityOf } from '@aitrader/application-parity';
import { recordingNamed, resultOf, verifyRecording } from '@aitrader/application-recordings';
import type { OpenHome } from '@aitrader/application-supervision';
import type { Bus } from '@aitrader/runtime-bus';
import { READS, run, shownToAgents, told, type AgentAnswer } from './agent-answers.ts';

/*
 * What is measured of a run, read from its recording: how its forecasts were calibrated, what its claims came to, how it compares with its replay,
 * and whether it is what its code decides.
 *
 * 1. Nothing is changed, and nothing is recorded.
 * 2. Every answer is bounded: what is left out is counted.
 */

/** Series that an agent is told of: those whose intervals are furthest from what they promise. */
const SERIES_MAX = 30;
/** Differences that an agent is told of: those that cost most. */
const LINES_MAX = 50;
const BURN_IN_BARS_MAX = 1_000_000;
const BURN_IN_BARS_MIN = BASELINE_RETURNS_MIN + 1;
const PROMISED_PERCENT = 95;

/** Where what measures is asked by its name; undefined: here. */
type Apart = ((tool: string, args: Readonly<Record<string, unknown>>) => Promise<AgentAnswer>) | undefined;

/** A tool that is asked here, or by its name elsewhere. */
const asked = <Args extends Readonly<Record<string, unknown>>>(
  apart: Apart,
  tool: string,
  here: (args: Args) => Promise<AgentAnswer>,
): ((args: Args) => Promise<AgentAnswer>) => (apart === undefined ? here : (args) => apart(tool, args));

/** Adds the tools that measure. */
export function addMeasures(server: McpServer, { bus }: OpenHome, apart: Apart): void {
  addCalibration(server, bus, apart);

  server.registerTool(
    'edge',
    {
      description:
        'What the claims of each strategy of a run have come to, with what was refused, what trading cost, and the result. Money in dollars.',
      inputSchema: z.object({ run }),
      annotations: READS,
    },
    asked(apart, 'edge', async ({ run: name }: { readonly run: string }) => {
      const { edges, counts, gates, costs, equity, maxDrawdown } = await resultOf(bus, await shownToAgents(bus, name));
      return told({ edges, counts, gates, costs, equity, maxDrawdown });
    }),
  );

  server.registerTool(
    'parity',
    {
      description: `A run beside its replay with the simulated broker by the code of today: every difference laid to one cause, and the ${LINES_MAX} that cost most. Millionths of a dollar where it says micros; above 0 the recorded account is better off.`,
      inputSchema: z.object({ run }),
      annotations: READS,
    },
    asked(apart, 'parity', async ({ run: name }: { readonly run: string }) => {
      const { lines, ...parity } = await parityOf(bus, { run: await shownToAgents(bus, name) });
      const dearest = [...lines].sort((a, b) => Math.abs(b.costMicros) - Math.abs(a.costMicros));
      return told({ ...parity, lines: dearest.slice(0, LINES_MAX), linesLeftOut: Math.max(0, lines.length - LINES_MAX) });
    }),
  );

  server.registerTool(
    'verify',
    {
      description:
        'Whether a run is, byte for byte, what its recorded inputs and the code of today decide: the first difference, if there is one. Code other than that which wrote it may decide otherwise, which it says.',
      inputSchema: z.object({ run }),
      annotations: READS,
    },
    asked(apart, 'verify', async ({ run: name }: { readonly run: string }) => {
      const verdict = await verifyRecording(bus, await shownToAgents(bus, name));
      return told({ ...verdict, difference: verdict.difference ?? null });
    }),
  );
}

function addCalibration(server: McpServer, bus: Bus, apart: Apart): void {
  server.registerTool(
    'calibration',
    {
      description: `How well the forecasts of a run's bars were calibrated: coverage of the intervals, PIT, CRPS and log score of each symbol, the ${SERIES_MAX} furthest from what they promise first. Recomputed from its recorded bars under its configuration; coverage in per cent.`,
      inputSchema: z.object({
        run,
        burnIn: z
          .int()
          .min(BURN_IN_BARS_MIN)
          .max(BURN_IN_BARS_MAX)
          .default(BURN_IN_BARS_MIN)
          .describe('bars of each symbol that are learned from and not scored'),
      }),
      annotations: READS,
    },
    asked(apart, 'calibration', async ({ run: name, burnIn }: { readonly run: string; readonly burnIn: number }) => {
      const named = await shownToAgents(bus, name);
      const { config } = await recordingNamed(bus, named);
      const market = await loadBars({ kind: 'recording', run: named }, () => Promise.resolve(bus));
      const { table, parameters, actions } = market;
      const options = { table, parameters, config: config.probability, burnIn, ...(actions === undefined ? {} : { actions }) };
      const { series, skipped, sources: _, ...report } = calibrationReportOf(market, burnIn, await runCalibration(options));
      const furthest = [...series].sort((a, b) => offBy(b) - offBy(a));
      return told({
        ...report,
        series: furthest.slice(0, SERIES_MAX).map(shortSeries),
        seriesLeftOut: Math.max(0, series.length - SERIES_MAX),
        skipped: skipped.slice(0, SERIES_MAX),
      });
    }),
  );
}

/** How far the wide interval of the filter's own law is from what it promises, in per cent. */
const offBy = ({ coverage }: SeriesReport): number =>
  Math.max(...Object.values(coverage).map((levels) => Math.abs((levels[PROMISED_PERCENT] ?? 0) - PROMISED_PERCENT)));

const shortSeries = ({
  symbol,
  n,
  unscored,
  from,
  to,
  coverage,
  crps,
  logScore,
  pitKs,
  pitKsPValue,
  targets,
}: SeriesReport): object => ({
  ...{ symbol, n, unscored, from, to, coverage, crps, logScore, pitKs, pitKsPValue, targets },
});
