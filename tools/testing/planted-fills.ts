import { stagesOf } from '@aitrader/application-pipeline';
import { followRecorded, type RiskState } from '@aitrader/core-risk';
import {
  cash,
  price,
  quantity,
  type EpochMs,
  type ExecutionReport,
  type Fill,
  type Order,
  type RunConfig,
} from '@aitrader/model';
import type { ExecutionStage, StageFactory } from '@aitrader/runtime-engine';

/** What a broker is to do otherwise to the fills that the simulated one made. */
export type FillPlant = (fill: Fill) => Fill;

export const atOtherPrices: FillPlant = (fill) => ({ ...fill, price: price(fill.price + 7) });
export const withOtherFees: FillPlant = (fill) => ({ ...fill, fee: cash(fill.fee + 123) });
/** A third of every fill, of entries and exits alike. */
export const inPart: FillPlant = (fill) => ({ ...fill, quantity: quantity(Math.round(fill.quantity / 3)) });

/** The stages of a configuration, with a broker that makes something else of its fills. */
export const withFills =
  (plant: FillPlant) =>
  (config: RunConfig): StageFactory =>
    withExecution(config, (stage) => ({
      ...stage,
      apply: (input, report) => {
        stage.apply(input, report);
        report.fills = report.fills.map(plant);
      },
    }));

/** The same with a broker that does and says everything an interval later. */
export const anIntervalLater = (config: RunConfig): StageFactory =>
  withExecution(config, (stage) => {
    let before: Pick<ExecutionReport, 'fills' | 'events'> = { fills: [], events: [] };
    return {
      ...stage,
      apply: (input, report) => {
        stage.apply(input, report);
        const told = before;
        const at = <T extends { readonly t: EpochMs }>(one: T): T => ({ ...one, t: input.t });
        before = { fills: [...report.fills], events: [...report.events] };
        report.fills = told.fills.map(at);
        report.events = told.events.map(at);
      },
    };
  });

function withExecution(config: RunConfig, planted: (stage: ExecutionStage) => ExecutionStage): StageFactory {
  const stages = stagesOf(config);
  return { ...stages, execution: () => planted(stages.execution()) };
}

/** Stages of a program whose risk approves half of what today's does. */
export function withHalfOrders(config: RunConfig): StageFactory {
  const stages = stagesOf(config);
  const half = (order: Order): Order => ({ ...order, quantity: quantity(Math.max(1, Math.floor(order.quantity / 2e9)) * 1e9) });
  return {
    ...stages,
    risk: () => {
      const risk = stages.risk();
      return {
        ...risk,
        apply: (input, emit) => {
          risk.apply(input, emit);
          const orders = emit.orders.map(half);
          followRecorded(risk.snapshot() as RiskState, emit, { orders });
          emit.orders = orders;
        },
      };
    },
  };
}
