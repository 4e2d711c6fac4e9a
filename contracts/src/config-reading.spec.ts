import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { RunConfig } from '@aitrader/model';
import { ContractError, decodeManifest, encodeManifest, readManifest, runConfigSchema, type JsonObject } from './index.ts';
import { KEYS_SINCE, configReader, readConfig } from './config-reading.ts';
import { bytesOf } from '../testing/codec-of.ts';

const GOLDEN = readFileSync(path.resolve(import.meta.dirname, '../golden/manifest.v5.json'), 'utf8');
const golden = JSON.parse(GOLDEN) as JsonObject & { readonly config: RunConfig };
const recorded = golden.config as unknown as JsonObject;
const withConfig = (config: unknown): Uint8Array => bytesOf(JSON.stringify({ ...golden, config }));

/** A broker as it was recorded at first. */
const BROKER = {
  ...{ name: 'exchange', account: 'paper', followsBars: true, entries: 'market', collarBpRegular: 10, collarBpExtended: 50 },
  ...{ entryAgeMsMax: 180_000, cancelMsMax: 120_000, unprotectedMsMax: 60_000, exitRefusalsMax: 3 },
  reconciliation: { breakMsMax: 300_000, cashDriftMax: 1_000_000, cashDriftBp: 1 },
};

/** Today's program with two keys and a section more: what a later program may look like. */
const { risk } = runConfigSchema.shape;
const laterSchema = z.strictObject({
  ...runConfigSchema.shape,
  risk: z.strictObject({ ...risk.shape, heatMax: z.number(), tiers: z.array(z.number()) }),
  edge: z.strictObject({ prior: z.number(), memory: z.int() }),
});
const SINCE = { ...KEYS_SINCE, 'risk.heatMax': 1, 'risk.tiers': [1, 1], edge: { prior: 0, memory: 9 } };
const readLater = configReader(laterSchema, SINCE);
/** The recorded configuration with the keys that came after it. */
const today = readConfig(recorded).config;

describe('a configuration of an earlier program', () => {
  it('is read with the keys that came later, as it was before they were there', () => {
    const { config, unknown } = readLater(recorded);
    expect(unknown).toEqual([]);
    expect(config).toEqual({ ...today, risk: { ...today.risk, heatMax: 1, tiers: [1, 1] }, edge: SINCE.edge });
  });

  it('of before large orders were worked asks for every entry whole', () => {
    expect(readConfig({ ...recorded, broker: BROKER })).toEqual({
      config: { ...today, broker: { ...BROKER, working: null } },
      unknown: [],
    });
  });

  it('keeps what it says of such a key', () => {
    const said = { ...recorded, risk: { ...today.risk, heatMax: 0.5 }, edge: { prior: 3, memory: 1 } };
    expect(readLater(said).config).toMatchObject({ risk: { heatMax: 0.5, tiers: [1, 1] }, edge: { prior: 3, memory: 1 } });
  });

  it('is left as it was', () => {
    const before = structuredClone(recorded);
    readLater(recorded);
    expect(recorded).toEqual(before);
  });

  it('is refused by the name of the key when nobody has said what was before it', () => {
    const forgetful = configReader(laterSchema, { ...SINCE, 'risk.heatMax': undefined });
    expect(() => forgetful(recorded)).toThrow('manifest message: config.risk.heatMax is missing');
  });

  it('is refused when what is said to have been before is no value of the key', () => {
    const wrong = configReader(laterSchema, { ...SINCE, 'risk.heatMax': 'none' });
    expect(() => wrong(recorded)).toThrow('manifest message: config.risk.heatMax must be number, got "none"');
  });

  it('of the time of each key of today can be read today', () => {
    const without = (config: JsonObject, [first = '', ...rest]: readonly string[]): JsonObject => {
      const { [first]: part, ...others } = config;
      return rest.length === 0 ? others : { ...others, [first]: without(part as JsonObject, rest) };
    };
    const read = readConfig({ ...recorded, broker: BROKER }).config;
    const edge = { slope: 0, slopeError: 1, halfLifeSessions: 1, halfLifeOutcomes: 1, outcomesMin: 0, priors: [] };
    const whole: JsonObject = { ...read, risk: { ...read.risk, edge } };
    for (const [key, value] of Object.entries(KEYS_SINCE)) {
      const then = key
        .split('.')
        .reduce<unknown>((at, name) => Object(at)[name], readConfig(without(whole, key.split('.'))).config);
      expect([key, then]).toEqual([key, value]);
    }
  });
});

describe('a configuration of a later program', () => {
  const later = readLater(recorded).config as unknown as JsonObject;

  it('is told about, with the keys that are not known here', () => {
    const { config, unknownKeys, recordedConfig, run } = readManifest(withConfig(later));
    expect(run).toBe(golden['run']);
    expect(config).toEqual(today);
    expect(recordedConfig).toEqual(later);
    expect(unknownKeys).toEqual([
      { key: 'risk.heatMax', value: 1 },
      { key: 'risk.tiers', value: [1, 1] },
      { key: 'edge', value: SINCE.edge },
    ]);
  });

  it('is not run by: the key is named', () => {
    const run = (): unknown => decodeManifest(withConfig({ ...recorded, risk: { ...today.risk, heatMax: 1 } }));
    expect(run).toThrow(ContractError);
    expect(run).toThrow(
      'manifest message: config.risk.heatMax is a key of the configuration that this program does not know, got 1',
    );
  });

  it('is not written by a program of today', () => {
    const manifest = { ...decodeManifest(bytesOf(GOLDEN)), config: later as unknown as RunConfig };
    expect(() => encodeManifest(manifest)).toThrow('config.risk.heatMax is a key');
  });
});

describe('a configuration that is damaged', () => {
  it.each([
    ['nothing', 'config must be object, got "nothing"'],
    [{ ...recorded, risk: 7 }, 'config.risk must be object, got 7'],
    [{ ...recorded, risk: { ...today.risk, kellyFraction: 2 } }, 'config.risk.kellyFraction must be <= 1, got 2'],
    [{}, 'config.probability is missing'],
  ])('%j is refused', (config, problem) => {
    expect(() => readManifest(withConfig(config))).toThrow(`manifest message: ${problem}`);
  });

  it('is not written either: a key that came later has to be said', () => {
    const { risk: _, ...rest } = today;
    expect(() => encodeManifest({ ...decodeManifest(bytesOf(GOLDEN)), config: rest as RunConfig })).toThrow(
      'config.risk is missing',
    );
  });
});
