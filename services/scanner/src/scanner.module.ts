import { Module } from '@nestjs/common';
import { StageModule } from '@aitrader/runtime-service';
import { newScanner, ScannerController } from './scanner.controller.ts';

@Module({ imports: [StageModule.of(newScanner)], controllers: [ScannerController], exports: [StageModule] })
export class ScannerModule {}
