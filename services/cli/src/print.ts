import type { RunReport } from '@aitrader/application-backtest';
import { reportText } from './report-text.ts';

/** One JSON document on standard output. */
export const printJson = (document: unknown): void => void process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
export const printText = (text: string): void => void process.stdout.write(`${text}\n`);

export function printReport(report: RunReport, recorded: boolean, json: boolean): void {
  if (json) printJson(report);
  else printText(reportText(report, recorded));
}
