import { Module } from '@nestjs/common';
import { ServiceServer } from '@aitrader/runtime-service';
import { JournalServer } from './journal.server.ts';

@Module({
  providers: [JournalServer, { provide: ServiceServer, useExisting: JournalServer }],
  exports: [ServiceServer],
})
export class JournalModule {}
