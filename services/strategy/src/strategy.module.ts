import { Module } from '@nestjs/common';
import { StageModule } from '@aitrader/runtime-service';
import { StrategyController, newStrategy } from './strategy.controller.ts';

@Module({ imports: [StageModule.of(newStrategy)], controllers: [StrategyController], exports: [StageModule] })
export class StrategyModule {}
