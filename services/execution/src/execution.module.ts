import { Module } from '@nestjs/common';
import { StageModule } from '@aitrader/runtime-service';
import { ExecutionController, newExecution } from './execution.controller.ts';

@Module({ imports: [StageModule.of(newExecution)], controllers: [ExecutionController], exports: [StageModule] })
export class ExecutionModule {}
