import { decodeControl } from '@aitrader/contracts';
import type { Control } from '@aitrader/model';
import type { LoggedMessage } from '@aitrader/runtime-bus';
import type { ExecutionStage } from '@aitrader/runtime-engine';

/** In place of execution where its recorded word is to be left as it is. */
export const RECORDED_EXECUTION: ExecutionStage = {
  apply: () => undefined,
  snapshot: () => undefined,
  restore: () => undefined,
  layout: '',
  goOn: () => undefined,
};

/** Takes the commands out that stand before a message: what a stage has heard when that one completes its interval. */
export function heardBefore(unheard: LoggedMessage[], seq: number): readonly Control[] {
  const count = unheard.findIndex((message) => message.seq > seq);
  return unheard.splice(0, count < 0 ? unheard.length : count).map(({ data }) => decodeControl(data));
}
