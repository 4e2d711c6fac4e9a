// `npm run demo`: the time machine with the sample inside, as files that any server can serve, and served to this machine until Ctrl-C.
// `npm run demo -- --build` only makes the files, in dist/demo.
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { marketOf, newManifest, openBars } from '@aitrader/application-markets';
import { runMarket } from '@aitrader/application-pipeline';
import { TapeWriter } from '@aitrader/application-time-machine';
import { runId } from '@aitrader/model';
import { parseRunConfig } from '@aitrader/runtime-configuration';
import { build, preview } from 'vite';
import { root } from './run.mjs';

const configFile = path.join(root, 'web/console/vite.demo.config.mjs');
const out = path.join(root, 'dist/demo');
const SHARDS = 1;

const noBus = () => Promise.reject(new Error('the sample needs no bus'));
const market = await openBars({ kind: 'sample' }, noBus, () => undefined);
const config = parseRunConfig({}, 'the defaults');
const tape = new TapeWriter(newManifest(runId('sample'), 'backtest', SHARDS, config, marketOf(market)));
const { digest } = await runMarket({
  bars: market.bars,
  parameters: market.parameters,
  ...(market.actions === undefined ? {} : { actions: market.actions }),
  config,
  shards: SHARDS,
  watchers: [tape.add],
});

await build({ configFile });
renameSync(path.join(out, 'demo.html'), path.join(out, 'index.html'));
writeFileSync(path.join(out, 'sample.tape'), Buffer.concat(tape.end(digest)));
console.log(`${out}: the files of the demonstration (digest of the sample: ${digest.all.slice(0, 16)}…)`);
if (!process.argv.includes('--build')) {
  const server = await preview({ configFile });
  server.printUrls();
}
