// `npm run deploy-files`: writes what a deployment's files say that follows from the code. A test holds them to it.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deploymentFiles } from './deploy/files.mjs';
import { root } from './run.mjs';

for (const [file, content] of Object.entries(await deploymentFiles())) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), content);
  console.log(file);
}
