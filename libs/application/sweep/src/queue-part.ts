import type { RunMarket } from '@aitrader/application-markets';
import type { RunConfig } from '@aitrader/model';
import {
  absoluteSource,
  configHashOf,
  ingestSpecFrom,
  isRecord,
  shortJson,
  type BarSourceSpec,
} from '@aitrader/runtime-configuration';
import type { Trial } from './grid.ts';
import { hashOf, runningCode, type ResultGround, type RunningCode } from './hash-of.ts';

/*
 * A part of a sweep as it lies on the queue: trials, and all that whoever takes it needs to run them as they are meant, or to know that it
 * cannot. JSON; what the configurations of a part have in common is said once.
 */

export interface QueuedPart {
  readonly code: RunningCode;
  readonly market: RunMarket;
  /** where the bars are at the coordinator's */
  readonly source: BarSourceSpec;
  readonly trials: readonly Trial[];
}

const HASH_SHOWN = 16;

/** Where parts lie, for those alone who run the same code; over one market each. */
export const laneOf = ({ code, market }: ResultGround): string => `${laneStart(code)}${market.slice(0, HASH_SHOWN)}`;
/** What the lanes of a code begin with. */
export const laneStart = (code: string): string => `${code.slice(0, HASH_SHOWN)}-`;

/** What a part is known by: its trials. */
export const keyOfPart = (trials: readonly Trial[]): string =>
  hashOf({ trials: trials.map(({ configHash }) => configHash) }).slice(0, 2 * HASH_SHOWN);

export const groundOf = ({ code, market }: Pick<QueuedPart, 'code' | 'market'>): ResultGround => ({
  code: hashOf(code),
  market: hashOf(market),
});

/** A part that is to be run by code like this. */
export function encodePart(trials: readonly Trial[], market: RunMarket, source: BarSourceSpec): string {
  const configs = trials.map(({ config }) => config as unknown as Readonly<Record<string, unknown>>);
  const [first = {}] = configs;
  const common = Object.fromEntries(
    Object.entries(first).filter(([key, value]) =>
      configs.every((config) => key in config && JSON.stringify(config[key]) === JSON.stringify(value)),
    ),
  );
  return JSON.stringify({
    code: runningCode(),
    market,
    source: absoluteSource(source),
    common,
    trials: trials.map(({ index, sets, configHash }, at) => ({
      ...{ trial: index + 1, sets, configHash },
      own: Object.fromEntries(Object.entries(configs[at] ?? {}).filter(([key]) => !(key in common))),
    })),
  });
}

/** The code that a part is for, whatever else it says; undefined when it does not say that. */
export function codeOfPart(data: Uint8Array): Partial<RunningCode> | undefined {
  try {
    const said: unknown = JSON.parse(Buffer.from(data).toString());
    return isRecord(said) && isRecord(said['code']) ? said['code'] : undefined;
  } catch {
    return undefined;
  }
}

/** @throws Error for what is no part, or holds a configuration that is not the one that its hash names */
export function decodePart(data: Uint8Array): QueuedPart {
  const said = recordIn(JSON.parse(Buffer.from(data).toString()), 'a part');
  const { source } = ingestSpecFrom({ source: said['source'] }, 'a part of a sweep');
  if (source.kind === 'live') throw new Error('a part of a sweep: source: is of bars that are there, got "live"');
  const listed: readonly unknown[] = Array.isArray(said['trials']) ? said['trials'] : [];
  const common = recordIn(said['common'], 'common');
  return {
    ...{
      code: recordIn(said['code'], 'code') as unknown as RunningCode,
      market: recordIn(said['market'], 'market') as unknown as RunMarket,
    },
    source,
    trials: listed.map((each) => trialIn(recordIn(each, 'trials'), common)),
  };
}

function trialIn(
  { trial, sets, configHash, own }: Readonly<Record<string, unknown>>,
  common: Readonly<Record<string, unknown>>,
): Trial {
  const config = { ...common, ...recordIn(own, 'own') } as unknown as RunConfig;
  const found = configHashOf(config);
  if (found !== configHash)
    throw new Error(
      `a part of a sweep: trial ${shortJson(trial)}: its configuration has the hash ${found}, not ${shortJson(configHash)}`,
    );
  return { index: Number(trial) - 1, sets: recordIn(sets, 'sets'), config, configHash: found };
}

function recordIn(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (isRecord(value)) return value;
  throw new Error(`a part of a sweep: ${name}: expected an object, got ${shortJson(value)}`);
}
