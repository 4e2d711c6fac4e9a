/** The Blob storage that is composed, asked by the library that anchors are stored with: another version of either, and nothing is kept outside. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { writeOnceBlobs } from '@aitrader/adapter-bar-archive';
import { parse } from 'yaml';
import { startAzurite } from '../azurite.mjs';
import { root } from '../run.mjs';

const START_MS_MAX = 180_000;
/** What is another here: it listens on this machine alone, and keeps nothing. */
const OF_PLACE = ['azurite-blob', '--blobHost', '0.0.0.0', '--location', '/data'];

it(
  'keeps an anchor',
  async () => {
    const { services } = parse(readFileSync(path.join(root, 'docker-compose.yml'), 'utf8')) as {
      readonly services: { readonly azurite: { readonly command: readonly string[] } };
    };
    const { command } = services.azurite;
    expect(command.slice(0, OF_PLACE.length)).toEqual(OF_PLACE);
    const azurite = await startAzurite({ flags: command.slice(OF_PLACE.length) });
    try {
      const place = await writeOnceBlobs(`azure://${azurite.account}/anchors`, {
        AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
      });
      expect(await place.put('paper-1/1', 'an anchor')).toBe(true);
      expect(await place.read('paper-1/1')).toBe('an anchor');
    } finally {
      await azurite.stop();
    }
  },
  START_MS_MAX,
);
