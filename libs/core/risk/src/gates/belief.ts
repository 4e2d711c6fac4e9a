import { E8, PPM, STATE_FLAG, type Signal } from '@aitrader/model';
import { edgeOf } from '../claims.ts';
import type { Edge } from '../edge-ledger.ts';
import { perShare, type Situation } from '../situation.ts';
import { atLeast, atMost, sizes, type Gate } from '../verdict.ts';

/*
 * Whether the belief is worth an order, and of what size. Operators' orders have none.
 */

/** A gap is no reason by itself: the filter has widened its variance for it. Every other flag is, one not known yet too. */
export const stateFlags = atMost<Signal>('STATE_FLAGS', 'flags', (_, { stateFlags: flags }) => ({
  value: flags === STATE_FLAG.GAP ? 0 : flags,
  limit: 0,
}));

/** A model is believed only after it was put to the test, symbol by symbol and session by session … */
export const calibrationBars = atLeast<Signal>('CALIBRATION_BARS', 'count', ({ state: { config } }, { scored }) => ({
  value: scored,
  limit: config.calibrationBarsMin,
}));

/** … and only while its intervals hold what they claim to. */
export const calibration = atLeast<Signal>('CALIBRATION', 'ppm', ({ state: { config } }, { coverage95Ppm }) => ({
  value: coverage95Ppm,
  limit: Math.ceil(config.coverage95Min * PPM),
}));

/** Nothing is staked on a strategy before it has shown something … */
export const edgeOutcomes = atLeast<Signal>('EDGE_OUTCOMES', 'count', (on, signal) => ({
  value: edgeOn(on, signal).scored,
  limit: on.state.config.edge?.outcomesMin ?? 0,
}));

/** … nor while what it has shown is so wild that less is known of it than before … */
export const edgeError = atMost<Signal>('EDGE_ERROR', 'ppm', (on, signal) => ({
  value: Math.ceil(edgeOn(on, signal).error * PPM),
  limit: Math.ceil((on.state.config.edge?.slopeError ?? 0) * ERROR_OF_PRIOR_MAX * PPM),
}));
/** What the slope of a strategy may be unknown by, of what it was when nothing was known. A cell adds its own part. */
const ERROR_OF_PRIOR_MAX = 1.5;

/** … nor where such claims came to nothing, or to the contrary. */
export const edge = atLeast<Signal>('EDGE', 'ppm', (on, signal) => ({
  value: Math.floor(edgeOn(on, signal).slope * PPM),
  limit: 1,
}));

const edgeOn = ({ state, part }: Situation, signal: Signal): Edge => edgeOf(state.edges, state.config.edge, signal, part);

/** Nothing is staked on an edge that costs eat up, whatever the size. */
export const edgeNet = atLeast<Signal>('EDGE_NET', 'e8', ({ prospects }, { id }) => ({
  value: Math.floor((prospects.get(id)?.edge ?? NaN) * E8),
  limit: 1,
}));

/** More than any account: a stake beyond it is cut to what the figures can hold. */
const STAKE_MAX = Number.MAX_SAFE_INTEGER - 1;

/** A stake that must pay for a share. */
const staked = (gate: string, what: 'alone' | 'netted' | 'allocated'): Gate =>
  sizes<Signal>(gate, 'cash', ({ prospects, equity }, signal) => ({
    value: Math.min(Math.floor((prospects.get(signal.id)?.[what] ?? NaN) * equity), STAKE_MAX),
    limit: perShare(signal),
  }));

/** What Kelly would stake on what is left after costs. Doubt, turbulence and a poor model make it smaller. */
export const kelly = staked('KELLY', 'alone');
/** What is left of that where several strategies want the symbol: no two trade against one another. */
export const netting = staked('NETTING', 'netted');
/** And beside the interval's other signals and what is held: what moves with them adds less. */
export const correlation = staked('CORRELATION', 'allocated');
