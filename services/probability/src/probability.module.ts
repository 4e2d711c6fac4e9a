import { Module } from '@nestjs/common';
import { StageModule } from '@aitrader/runtime-service';
import { ProbabilityController, newProbability } from './probability.controller.ts';

@Module({ imports: [StageModule.of(newProbability)], controllers: [ProbabilityController], exports: [StageModule] })
export class ProbabilityModule {}
