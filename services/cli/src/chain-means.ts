import { OUTSIDE_VARIABLE, outsidePlace, type ChainMeans } from '@aitrader/application-proof';
import type { OpenHome } from '@aitrader/application-supervision';
import { anchorFileIn, readAnchorKeys } from '@aitrader/runtime-signing';
import { trustedFolder } from './trusted-folder.ts';

/** What recordings of a home are held against. @throws TrustedKeysError, ArchiveError, and Error where no key of anchors is trusted */
export async function chainMeans({ bus, home }: Pick<OpenHome, 'bus' | 'home'>): Promise<ChainMeans> {
  const address = process.env[OUTSIDE_VARIABLE] ?? '';
  const outside = address === '' ? undefined : await outsidePlace(address);
  return { bus, home, keys: anchorKeys(home), outside };
}

/** The keys whose anchors count in a home. @throws TrustedKeysError, and Error where there are none */
export function anchorKeys(home: string): readonly string[] {
  const folder = trustedFolder(home);
  const keys = readAnchorKeys(folder);
  if (keys.length === 0)
    throw new Error(`${anchorFileIn(folder)} holds no key: nothing was anchored here, or its keys were taken away`);
  return keys;
}
