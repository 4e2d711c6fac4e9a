import { runId } from '@aitrader/model';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { newPrivateKey, SEQUENCE_HEADER, signerOf, signOrders, whyNotRisks } from '@aitrader/runtime-signing';
import { orderAt } from './approved-run.ts';
import { quantileOf } from './quantile.ts';

const ORDERS = 600;
const WARM_UP_ORDERS = 100;
const MEDIAN = 0.5;
const MICROS_PER_MS = 1_000;

export interface SignatureFigures {
  /** what an order's signature costs who decides it, and who acts on it: medians */
  readonly signMicros: number;
  readonly checkMicros: number;
}

/** @throws Error when a signature is not taken for risk's */
export function benchSignatures(): SignatureFigures {
  const signer = signerOf(newPrivateKey(), 'bench');
  const trusted = { risk: [signer.publicKey], operators: new Map<string, readonly string[]>() };
  const run = { run: runId('bench'), config: SIMULATED_DEFAULTS, configHash: '' };
  const times = { sign: [] as number[], check: [] as number[] };
  for (let n = 0; n < ORDERS; n++) {
    const orders = [orderAt(n)];
    const began = performance.now();
    const headers = signOrders(signer, { ...run, seq: n }, { orders, exits: [] });
    const signed = performance.now();
    const why = whyNotRisks(trusted, run, { orders, exits: [] }, (name) => headers[name] ?? '');
    const checked = performance.now();
    if (why !== undefined) throw new Error(`${why}: ${headers[SEQUENCE_HEADER] ?? ''}`);
    if (n < WARM_UP_ORDERS) continue;
    times.sign.push(signed - began);
    times.check.push(checked - signed);
  }
  const micros = (of: readonly number[]): number => quantileOf(of, MEDIAN) * MICROS_PER_MS;
  return { signMicros: micros(times.sign), checkMicros: micros(times.check) };
}
