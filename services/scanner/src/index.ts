export { ScannerModule } from './scanner.module.ts';
