import { bootstrap } from '@aitrader/runtime-service';
import { ScannerModule } from './scanner.module.ts';

await bootstrap('scanner', ScannerModule);
