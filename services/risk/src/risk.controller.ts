import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  decodeBars,
  decodeControl,
  decodeFills,
  decodeOrderEvents,
  decodeSignals,
  decodeStates,
  decodeWatchlist,
  encodeDenials,
  encodeForecast,
  encodeOrders,
} from '@aitrader/contracts';
import { RISK_COLUMNS, riskStage } from '@aitrader/core-risk';
import { scanTimes } from '@aitrader/core-scanner';
import {
  newBarSlice,
  newStateSlice,
  riskRulesOf,
  type ExecutionReport,
  type Manifest,
  type RiskDecision,
  type RunConfig,
  type Timeframe,
} from '@aitrader/model';
import { DivergedError, required, type IntervalMessages, type Said, type Schedule } from '@aitrader/runtime-bus';
import { bindStage, newRiskDecision } from '@aitrader/runtime-engine';
import { Stage, StageContext, StageInstances } from '@aitrader/runtime-service';
import { isActedOn, signOrders, type Signer } from '@aitrader/runtime-signing';

/** Who signs the orders. */
export const SIGNER = Symbol('Signer');

const CAPACITY = 64;
const COLUMNS_READ = new Set(RISK_COLUMNS);

export const newRisk = ({ config, timeframe, shards }: Manifest) => ({
  stage: bindStage(riskStage, riskRulesOf(config)),
  schedule: scheduleOf(config, timeframe),
  bars: Array.from({ length: shards }, (_, shard) => newBarSlice(shard, timeframe, CAPACITY)),
  states: Array.from({ length: shards }, (_, shard) => newStateSlice(shard, CAPACITY)),
  decision: newRiskDecision(),
});

/** Lists are awaited at the intervals of scans. */
function scheduleOf({ scanner }: RunConfig, timeframe: Timeframe): Schedule {
  const isScan = scanTimes(scanner, timeframe);
  return (_, before, t) => isScan(before, t);
}

/** Risk behind the bus: all shards' signals and execution's word on the interval in, denials and orders out. */
@Controller()
export class RiskController {
  readonly #instances: StageInstances<ReturnType<typeof newRisk>>;
  readonly #signer: Signer;

  constructor(instances: StageInstances<ReturnType<typeof newRisk>>, @Inject(SIGNER) signer: Signer) {
    this.#instances = instances;
    this.#signer = signer;
  }

  @Stage('risk')
  decide(@Payload() messages: IntervalMessages, @Ctx() { manifest, shard: account }: StageContext): readonly Said[] {
    const { stage, bars, states, decision } = this.#instances.of(account);
    for (const slice of bars) decodeBars(required(messages, 'bars', slice.shard), slice);
    for (const slice of states) decodeStates(required(messages, 'states', slice.shard), slice, COLUMNS_READ);
    const signals = bars.map(({ shard }) => decodeSignals(required(messages, 'signals', shard)));
    const control = messages.control.map(decodeControl);
    const listed = messages.payload('watchlists', -1);
    const watchlist = listed === undefined ? null : decodeWatchlist(listed);
    stage.apply({ t: messages.t, bars, states, signals, report: reportOf(messages), control, watchlist }, decision);
    const said: Said[] = decision.denials.length === 0 ? [] : [{ fact: 'denials', payload: encodeDenials(decision) }];
    if (decision.forecast !== null) said.push({ fact: 'forecasts', payload: encodeForecast(decision.forecast) });
    said.push({ fact: 'orders', payload: encodeOrders(decision), ...this.#signed(manifest, messages, decision) });
    return said;
  }

  /** Execution acts on nothing that is not signed. */
  #signed(manifest: Manifest, { completedBy: seq }: IntervalMessages, said: RiskDecision): Pick<Said, 'headers'> {
    return isActedOn(said) ? { headers: signOrders(this.#signer, { ...manifest, seq }, said) } : {};
  }
}

/** Execution's word on the interval. The fills came before the order events, which count them. @throws DivergedError */
function reportOf(messages: IntervalMessages): ExecutionReport {
  const { t, fills: expected, events, doubt } = decodeOrderEvents(required(messages, 'order-events', -1));
  const payload = messages.payload('fills', -1);
  const fills = payload === undefined ? [] : decodeFills(payload).fills;
  if (fills.length !== expected)
    throw new DivergedError(`execution counts ${expected} fills at ${t}, the recording holds ${fills.length}`);
  return { t, fills, events, doubt };
}
