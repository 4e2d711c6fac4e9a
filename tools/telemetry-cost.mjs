// What it costs to be watched: `npm run telemetry-cost [-- ROUNDS]`, by default 5. The sample goes through the five services on the bus as fast as they
// follow, in turns: with nobody told; with figures kept for Prometheus, which does not ask here, and pushed every second to a collector, which answers and
// forgets; with a tenth of the traces told to it, too; and with all of them. Prints the ratios of each round and their medians, and ends with exit code 1
// where a digest differs.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { node, root } from './run.mjs';

const [rounds = '5'] = process.argv.slice(2);
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

const figures = {
  AITRADER_METRICS: '1',
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.address().port}`,
  OTEL_METRIC_EXPORT_INTERVAL: '1000',
};
const forms = {
  'figures alone': { ...figures, OTEL_TRACES_SAMPLER: 'always_off' },
  'a tenth of the traces': { ...figures, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' },
  'all traces': figures,
};
const ratios = Object.fromEntries(Object.keys(forms).map((form) => [form, []]));
const digests = new Set();
try {
  // the first one compiles, and finds nothing in any cache
  await sample({});
  for (let round = 1; round <= Number(rounds); round += 1) {
    const alone = await sample({});
    digests.add(alone.digest.all);
    const said = [];
    for (const [form, more] of Object.entries(forms)) {
      const told = await sample(more);
      digests.add(told.digest.all);
      ratios[form].push(alone.seconds / told.seconds);
      said.push(`${form} ${(alone.seconds / told.seconds).toFixed(3)}`);
    }
    console.log(`round ${round}: alone ${alone.seconds.toFixed(2)} s; of its throughput ${said.join(', ')}`);
  }
} finally {
  collector.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
const medianOf = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const medians = Object.entries(ratios).map(([form, values]) => `${form} ${medianOf(values).toFixed(3)}`);
console.log(`medians: ${medians.join(', ')}; the collector heard ${heard.requests} requests, ${heard.bytes} bytes`);
console.log(digests.size === 1 ? 'the digests are the same' : 'THE DIGESTS DIFFER');
process.exitCode = digests.size === 1 && heard.requests > 0 ? 0 : 1;
