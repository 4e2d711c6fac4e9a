import type { Manifest } from '@aitrader/model';
import { configReader, readConfig, type JsonObject, type UnknownKey } from './config-reading.ts';
import { runConfigSchema } from './config-schema.ts';
import { compose, parse } from './payload.ts';
import type { ManifestV6 } from './schemas.ts';
import { ContractError, shown } from './validation.ts';

/** A manifest as it lies in a recording. */
export interface RecordedManifest extends Manifest {
  /** the configuration as it was recorded; `config` is what today's program makes of it */
  readonly recordedConfig: JsonObject;
  /** keys that today's program does not know and that `config` is without */
  readonly unknownKeys: readonly UnknownKey[];
}

/** What is written has every key of today. */
const readToday = configReader(runConfigSchema, {});

/** A recording's first message. @throws ContractError when it is not what readers would accept, its configuration included */
export function encodeManifest(manifest: Manifest): string {
  const { run, kind, createdAt, codeVersion, codeHash, codeCommit, nodeVersion, shards, timeframe } = manifest;
  const { universe, config, configHash, sources, from, to, follows } = manifest;
  const code = { codeVersion, codeHash, codeCommit, nodeVersion };
  const recorded = { ...config } as JsonObject;
  refuseUnknown(readToday(recorded).unknown);
  const rest = { shards, timeframe, universe, config: recorded, configHash, sources, from, to, follows };
  return compose('manifest', { run, kind, createdAt, ...code, ...rest } satisfies ManifestV6);
}

/** Reads a manifest, of whichever program, to tell about it. Whoever runs by its configuration uses {@link decodeManifest}. @throws ContractError */
export function readManifest(payload: Uint8Array): RecordedManifest {
  const message = parse('manifest', payload) as ManifestV6;
  const { config, unknown } = readConfig(message.config);
  return { ...message, config, recordedConfig: message.config, unknownKeys: unknown };
}

/** Reads a manifest by which something is to run. @throws ContractError, also for a key whose effect nobody knows here */
export function decodeManifest(payload: Uint8Array): Manifest {
  const { recordedConfig: _, unknownKeys, ...manifest } = readManifest(payload);
  refuseUnknown(unknownKeys);
  return manifest;
}

function refuseUnknown(unknown: readonly UnknownKey[]): void {
  for (const { key, value } of unknown)
    throw new ContractError(
      'manifest',
      `config.${key}`,
      `is a key of the configuration that this program does not know, got ${shown(value)}: what it does is for the program to say that wrote it`,
    );
}
