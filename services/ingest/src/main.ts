import { bootstrap } from '@aitrader/runtime-service';
import { IngestModule } from './ingest.module.ts';

await bootstrap('ingest', IngestModule);
