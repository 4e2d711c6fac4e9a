import type { RunState } from '../stream/run-state.ts';

/** One of the lights, and what it says. */
export interface LightState {
  readonly name: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'quiet';
  readonly words: string;
}

const DATA_LEVEL_BAD = 3;

export function dataLight({ market }: Pick<RunState, 'market'>): LightState {
  const name = 'data';
  if (market === undefined) return { name, tone: 'quiet', words: 'none yet' };
  const { dataLevel } = market;
  if (dataLevel === null) return { name, tone: 'good', words: 'played' };
  return { name, tone: dataLevel === 0 ? 'good' : dataLevel < DATA_LEVEL_BAD ? 'warn' : 'bad', words: `D${dataLevel}` };
}

export function brokerLight({ head, account, tables }: Pick<RunState, 'head' | 'account' | 'tables'>): LightState {
  const name = 'broker';
  if (head === undefined) return { name, tone: 'quiet', words: '…' };
  let unknown = 0;
  for (const { status } of tables.orders.byKey.values()) if (status === 'unknown') unknown += 1;
  if (unknown > 0) return { name, tone: 'bad', words: `${unknown} unknown` };
  if ((account?.doubts.length ?? 0) > 0) return { name, tone: 'warn', words: 'in doubt' };
  return { name, tone: 'good', words: head.broker };
}

export function busLight({ beat, hearing }: Pick<RunState, 'beat' | 'hearing'>): LightState {
  const name = 'bus';
  if (hearing === 'lost' || hearing === 'refused') return { name, tone: 'warn', words: 'not heard' };
  if (beat === undefined) return { name, tone: 'quiet', words: '…' };
  return beat.bus.connected ? { name, tone: 'good', words: 'connected' } : { name, tone: 'bad', words: 'lost' };
}

export function servicesLight({ beat }: Pick<RunState, 'beat'>): LightState {
  const name = 'services';
  if (beat === undefined) return { name, tone: 'quiet', words: '…' };
  const { services } = beat;
  if (services.length === 0) return { name, tone: 'quiet', words: beat.isGoingOn ? 'not told of' : 'none run' };
  const up = services.filter(({ status }) => status === 'running').length;
  return { name, tone: up === services.length ? 'good' : 'bad', words: `${up}/${services.length}` };
}

/** Nothing that trades waits for Postgres, so one that is silent is a warning and no more. */
export function databaseLight({ beat }: Pick<RunState, 'beat'>): LightState {
  const name = 'database';
  if (beat === undefined) return { name, tone: 'quiet', words: '…' };
  const { database, isGoingOn } = beat;
  if (database === 'answers') return { name, tone: 'good', words: 'answers' };
  if (database === 'none' || !isGoingOn) return { name, tone: 'quiet', words: 'none' };
  return { name, tone: 'warn', words: 'silent' };
}
