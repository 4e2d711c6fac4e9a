import { Module } from '@nestjs/common';
import { StageModule } from '@aitrader/runtime-service';
import { ExecutionController } from './execution.controller.ts';
import { newExecution } from './execution.instance.ts';
import { ExecutionServer } from './execution.server.ts';
import { GatewayHost } from './gateway.host.ts';

@Module({
  imports: [StageModule.of(newExecution, { server: ExecutionServer, providers: [GatewayHost] })],
  controllers: [ExecutionController],
  exports: [StageModule],
})
export class ExecutionModule {}
