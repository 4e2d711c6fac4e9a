import { gateVerdict, type GateFigure } from '@aitrader/model';
import { figure, gateWords } from '@aitrader/application-wording';
import type { GateRow } from './wire.ts';

/** What a gate found on a symbol, with its figures in their units and in words. */
export const gateRow = (gate: GateFigure, symbol: string): GateRow => ({
  gate: gate.gate,
  verdict: gateVerdict(gate),
  value: figure(gate),
  limit: figure({ value: gate.limit, unit: gate.unit }),
  words: gateWords({ ...gate, symbol }),
});
