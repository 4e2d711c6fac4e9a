import { openBars } from '@aitrader/application-markets';
import { runMarket } from '@aitrader/application-pipeline';
import { type Manifest, type SimulationConfig } from '@aitrader/model';
import type { Bus } from '@aitrader/runtime-bus';
import { playedConfig } from '@aitrader/runtime-configuration';

/*
 * What a run would have come to, had trading cost otherwise: its bars played again with the simulated broker, each assumption halved and doubled.
 * It decides otherwise, too, since what trading costs is part of what it decides by.
 */

/** What was assumed otherwise, and what that came to. Dollars. */
export interface AssumedOtherwise {
  readonly assumption: string;
  /** times what was configured */
  readonly factor: number;
  readonly end: number;
  readonly fills: number;
  readonly fees: number;
}

/** The replays, the one as configured first; or why there are none. */
export type Sensitivity = { readonly replays: readonly AssumedOtherwise[] } | { readonly left: string };

/** Bars up to which replays are made without being asked for: a dozen symbols over three weeks of minutes. */
export const SENSITIVITY_BARS_MAX = 100_000;
const FACTORS = [0.5, 2] as const;

const ASSUMPTIONS: readonly (readonly [name: string, times: (of: SimulationConfig, factor: number) => SimulationConfig])[] = [
  [
    'spread',
    (of, factor) => ({
      ...of,
      halfSpreadBpRegular: of.halfSpreadBpRegular * factor,
      halfSpreadBpExtended: of.halfSpreadBpExtended * factor,
      halfSpreadFloorBp: of.halfSpreadFloorBp * factor,
    }),
  ],
  ['slippage and impact', (of, factor) => ({ ...of, slippageBp: of.slippageBp * factor, impactBp: of.impactBp * factor })],
  ['share of the volume', (of, factor) => ({ ...of, participationMax: Math.min(1, of.participationMax * factor) })],
  ['fees', (of, factor) => ({ ...of, feePerShareDollars: of.feePerShareDollars * factor })],
];

/** Replays a run with each assumption otherwise. Of several that follow one another none can be replayed by itself. */
export async function sensitivityOf(
  bus: Bus,
  manifests: readonly Manifest[],
  bars: number,
  { isAsked, onProgress }: { readonly isAsked: boolean; readonly onProgress?: (share: number) => void },
): Promise<Sensitivity> {
  const [manifest, next] = manifests;
  if (manifest === undefined || next !== undefined)
    return { left: 'It goes on from another run, and cannot be replayed by itself.' };
  if (bars > SENSITIVITY_BARS_MAX && !isAsked)
    return { left: `It has ${bars.toLocaleString('en-US')} bars: replays of so many are made with --sensitivity.` };
  const market = await openBars({ kind: 'recording', run: manifest.run }, () => Promise.resolve(bus));
  const config = playedConfig({ ...manifest.config, broker: null });
  const trials = [
    { assumption: 'as configured', factor: 1, simulation: config.simulation },
    ...ASSUMPTIONS.flatMap(([assumption, times]) =>
      FACTORS.map((factor) => ({ assumption, factor, simulation: times(config.simulation, factor) })),
    ),
  ];
  const replays: AssumedOtherwise[] = [];
  for (const [i, { assumption, factor, simulation }] of trials.entries()) {
    const { equity, counts, costs } = await runMarket({
      ...{ bars: market.bars, parameters: market.parameters, config: { ...config, simulation }, shards: 1 },
      ...(market.levels === undefined ? {} : { levels: market.levels }),
      ...(market.actions === undefined ? {} : { actions: market.actions }),
    });
    replays.push({ assumption, factor, end: equity.end, fills: counts.fills, fees: costs.fees });
    onProgress?.((i + 1) / trials.length);
  }
  return { replays };
}
