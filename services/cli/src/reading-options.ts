import { InvalidArgumentError, Option, type Command } from 'commander';
import { ADJUSTMENTS, DATE_ORDERS, STAMPS, type DateOrder, type Adjustment, type Stamp } from '@aitrader/model';

/** What is said about files that their content does not tell. */
export interface ReadingFlags {
  readonly timeZone?: string;
  readonly stamp?: Stamp;
  readonly adjustment?: Adjustment;
  readonly symbol?: string;
  readonly dates?: DateOrder;
  readonly columns?: readonly string[];
}

/** Options of every command that reads bars from files. */
export const readingOptions = (command: Command): Command =>
  command
    .option('--time-zone <zone>', 'files: zone of times that carry none, such as America/New_York or UTC')
    .addOption(new Option('--stamp <which>', 'files: times are those of the start or the end of bars').choices(STAMPS))
    .addOption(
      new Option('--adjustment <for>', 'files: what prices are adjusted for, on record').choices(
        ADJUSTMENTS.filter((each) => each !== 'unknown'),
      ),
    )
    .option('--symbol <symbol>', 'files: symbol of those that name none (default: the name of the file)')
    .addOption(new Option('--dates <order>', 'files: which comes first in dates like 03/04/2024').choices(DATE_ORDERS))
    .option(
      '--columns <names>',
      'files without a header: their columns, such as date,time,open,high,low,close,volume',
      columnNames,
    );

function columnNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('must be names separated by commas; one that is of no use is named too');
  return names;
}

/** Of all options, those about the reading of files. */
export const readingOf = ({ timeZone, stamp, adjustment, symbol, dates, columns }: ReadingFlags): ReadingFlags => ({
  ...(timeZone === undefined ? {} : { timeZone }),
  ...(stamp === undefined ? {} : { stamp }),
  ...(adjustment === undefined ? {} : { adjustment }),
  ...(symbol === undefined ? {} : { symbol }),
  ...(dates === undefined ? {} : { dates }),
  ...(columns === undefined ? {} : { columns }),
});

/** The flag of an option, as people write it. */
export const readingFlag = (option: string): string => `--${option.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}`;
