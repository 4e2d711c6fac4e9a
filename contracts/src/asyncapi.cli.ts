// Writes the AsyncAPI document: to the file that is named, or beside this program.
// oxlint-disable-next-line no-restricted-imports -- contracts are data, and this program is what writes them down
import { writeFileSync } from 'node:fs';
// oxlint-disable-next-line no-restricted-imports -- as above
import path from 'node:path';
import { asyncApiDocument } from './asyncapi.ts';

const file = process.argv[2] ?? path.join(import.meta.dirname, 'asyncapi.json');
writeFileSync(file, `${JSON.stringify(asyncApiDocument(), null, 2)}\n`);
