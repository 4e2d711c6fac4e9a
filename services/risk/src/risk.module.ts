import { Module } from '@nestjs/common';
import { StageModule } from '@aitrader/runtime-service';
import { RiskController, newRisk } from './risk.controller.ts';

@Module({ imports: [StageModule.of(newRisk)], controllers: [RiskController], exports: [StageModule] })
export class RiskModule {}
