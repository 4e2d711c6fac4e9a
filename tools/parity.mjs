// Proves the two hosts equal on any bars: `npm run parity -- FILES… [-- more options of aitrader backtest]`.
// The in-process digests are compared, fact by fact, with those of the bus with 1, 2 and 4 shards.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './run.mjs';

const [files, more] = split(process.argv.slice(2));
if (files.length === 0) {
  console.error('usage: npm run parity -- FILES… [-- options of aitrader backtest]');
  process.exit(2);
}

function split(args) {
  const at = args.indexOf('--');
  return at < 0 ? [args, []] : [args.slice(0, at), args.slice(at + 1)];
}

function backtest(...options) {
  const command = path.join(root, 'services', 'cli', 'bin', 'aitrader.mjs');
  const args = [command, 'backtest', '--bars', ...files, ...more, ...options, '--json'];
  const { status, stdout } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) process.exit(status ?? 1);
  return JSON.parse(stdout);
}

const show = ({ host, shards, bars, slices, seconds, barsPerSecond, slicesPerSecond }) =>
  `${host}, ${shards} shards: ${bars} bars in ${slices} slices, ${seconds} s, ${barsPerSecond} bars/s, ${slicesPerSecond} slices/s`;

const memory = backtest();
console.log(show(memory));
let differences = 0;
for (const shards of ['1', '2', '4']) {
  const bus = backtest('--host', 'bus', '--shards', shards);
  console.log(show(bus));
  for (const [fact, digest] of Object.entries(memory.digest)) {
    if (bus.digest[fact] === digest) continue;
    differences += 1;
    console.log(`  ${fact} DIFFERS: memory ${digest}, bus ${bus.digest[fact]}`);
  }
}
console.log(differences === 0 ? `equal, fact by fact: ${memory.digest.all}` : `${differences} digests differ`);
process.exit(differences === 0 ? 0 : 1);
