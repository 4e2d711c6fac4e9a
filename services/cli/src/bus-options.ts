import type { Command } from 'commander';
import { integer } from './bar-options.ts';
import type { HomeOptions } from '@aitrader/application-supervision';
import { remark } from './terminal.ts';

export interface BusOptions {
  readonly natsPort?: number;
  readonly storeMax?: number;
}

const BUS_OPTIONS: readonly string[] = ['natsPort', 'storeMax'] satisfies (keyof BusOptions)[];
const PORT_MAX = 65_535;
const MEGABYTE = 1024 * 1024;

/** Options of every command that may start a nats-server. */
export const busOptions = (command: Command): Command =>
  command
    .option(
      '--nats-port <port>',
      'port for the nats-server, when one is started here (default: a free one)',
      integer(1, PORT_MAX),
    )
    .option('--store-max <megabytes>', "limit of the nats-server's files, when one is started here", integer(1));

/** @throws Error for such an option that was given where no nats-server is started; `needs` are the options that start one */
export function refuseBusOptions(command: Command, needs: string): void {
  const given = command.options.find(
    (option) => BUS_OPTIONS.includes(option.attributeName()) && command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (given !== undefined) throw new Error(`${given.long ?? ''} is for ${needs} alone: without, no nats-server is started`);
}

export const homeOptions = ({ natsPort, storeMax }: BusOptions): HomeOptions => ({
  onProgress: remark,
  natsPort,
  storeMaxBytes: storeMax === undefined ? undefined : storeMax * MEGABYTE,
});
