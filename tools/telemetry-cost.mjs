// What it costs to be watched: `npm run telemetry-cost [-- PAIRS]`, by default 5 pairs. The sample goes through the five services on the bus as fast as they
// follow, in turns with nobody told and with everybody told: figures kept for Prometheus, which does not ask here, and figures, every second, and traces
// pushed to a collector, which answers and forgets. Prints the ratio of each pair and their median, and ends with exit code 1 where a digest differs.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { node, root } from './run.mjs';

const [pairs = '5'] = process.argv.slice(2);
const heard = { requests: 0, bytes: 0 };
const collector = createServer((request, response) => {
  heard.requests += 1;
  request
    .on('data', (data) => (heard.bytes += data.length))
    .on('end', () => response.setHeader('content-type', 'application/json').end('{}'));
}).listen(0, '127.0.0.1');
await new Promise((resolve) => collector.once('listening', resolve));
const home = mkdtempSync(path.join(tmpdir(), 'aitrader-telemetry-'));

/** Runs the sample once, with more variables. Returns its report. */
function sample(more) {
  const env = { ...process.env, AITRADER_HOME: home, AITRADER_JOURNAL: 'off', ...more };
  const child = spawn(node, [path.join(root, 'dist/cli.js'), 'backtest', '--bars', 'sample', '--host', 'bus', '--json'], {
    cwd: home,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (data) => (text += data));
  return new Promise((resolve, reject) => {
    child.once('close', (code) => (code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`the sample ended with ${code}`))));
  });
}

const watched = {
  AITRADER_METRICS: '1',
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.address().port}`,
  OTEL_METRIC_EXPORT_INTERVAL: '1000',
};
const ratios = [];
let isSame = true;
try {
  for (let pair = 1; pair <= Number(pairs); pair += 1) {
    const [alone, told] = [await sample({}), await sample(watched)];
    isSame &&= alone.digest.all === told.digest.all;
    const ratio = alone.seconds / told.seconds;
    ratios.push(ratio);
    console.log(
      `pair ${pair}: alone ${alone.seconds.toFixed(2)} s, told ${told.seconds.toFixed(2)} s: ${ratio.toFixed(3)} of the throughput`,
    );
  }
} finally {
  collector.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
const sorted = ratios.toSorted((a, b) => a - b);
console.log(
  `median ${sorted[Math.floor(sorted.length / 2)].toFixed(3)}; the collector heard ${heard.requests} requests, ${heard.bytes} bytes`,
);
console.log(isSame ? 'the digests are the same' : 'THE DIGESTS DIFFER');
process.exitCode = isSame && heard.requests > 0 ? 0 : 1;
