import { ingestSpec } from '@aitrader/runtime-configuration';
import { bootstrap } from '@aitrader/runtime-service';
import { IngestHost } from './ingest.host.ts';

await bootstrap(
  'ingest',
  (environment, context) => new IngestHost(ingestSpec(process.env['AITRADER_INGEST']), environment, context),
);
