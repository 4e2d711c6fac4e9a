import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

const manifest: unknown = JSON.parse(readFileSync(findPackageJSON(import.meta.url) ?? '', 'utf8'));

/** Version of the code that made a recording; all packages share one. */
export const CODE_VERSION: string =
  typeof manifest === 'object' && manifest !== null && 'version' in manifest && typeof manifest.version === 'string'
    ? manifest.version
    : 'unknown';
