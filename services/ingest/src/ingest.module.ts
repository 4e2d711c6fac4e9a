import { Module } from '@nestjs/common';
import { ingestSpec } from '@aitrader/runtime-configuration';
import { ServiceServer } from '@aitrader/runtime-service';
import { INGEST_SPEC, IngestServer } from './ingest.server.ts';

@Module({
  providers: [
    { provide: INGEST_SPEC, useFactory: () => ingestSpec(process.env['AITRADER_INGEST']) },
    IngestServer,
    { provide: ServiceServer, useExisting: IngestServer },
  ],
  exports: [ServiceServer],
})
export class IngestModule {}
