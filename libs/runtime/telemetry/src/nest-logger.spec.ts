import 'reflect-metadata';
import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createLogger, type LogLevel } from './logger.ts';
import { nestLogger } from './nest-logger.ts';

@Module({})
class EmptyModule {}

function recording(level: LogLevel): { nest: ReturnType<typeof nestLogger>; records: Record<string, unknown>[] } {
  const records: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      records.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  return { nest: nestLogger(createLogger({ service: 'risk', level, destination })), records };
}

describe("Nest's logger on top of ours", () => {
  it("keeps Nest's start-up chatter at debug", async () => {
    const spoken: (readonly [LogLevel, number])[] = [];
    for (const level of ['info', 'debug'] as const) {
      const { nest, records } = recording(level);
      const app = await NestFactory.create(EmptyModule, new FastifyAdapter(), { logger: nest });
      await app.init();
      await app.close();
      spoken.push([level, records.length]);
      for (const record of records) expect(record['level']).toBe('debug');
    }
    expect(spoken[0]).toEqual(['info', 0]);
    expect(spoken[1]?.[1]).toBeGreaterThan(0);
  });

  it("passes an application's own words on with their context", () => {
    const { nest, records } = recording('debug');
    nest.log('ready', 'RiskConsumer');
    nest.warn('late', 'RiskConsumer');
    nest.debug?.('detail');
    nest.verbose?.('more');
    nest.fatal?.('gone', 'RiskConsumer');
    expect(records.map(({ level, message, context }) => [level, message, context])).toEqual([
      ['info', 'ready', 'RiskConsumer'],
      ['warn', 'late', 'RiskConsumer'],
      ['debug', 'detail', undefined],
      ['debug', 'more', undefined],
      ['error', 'gone', 'RiskConsumer'],
    ]);
  });

  it('leaves an error that Nest throws to whoever catches it', async () => {
    const { nest, records } = recording('info');
    const broken = { provide: 'broken', useFactory: () => Promise.reject(new Error('no server')) };
    const Broken = { module: EmptyModule, providers: [broken] };
    const created = NestFactory.create(Broken, new FastifyAdapter(), { logger: nest, abortOnError: false });
    await expect(created).rejects.toThrow('no server');
    expect(records).toEqual([]);
  });

  it('takes errors in every way Nest gives them', () => {
    const { nest, records } = recording('info');
    const error = new TypeError('broken');
    nest.error('failed', error.stack, 'ExceptionsHandler');
    nest.error(error, 'ExceptionsHandler');
    nest.error({ code: 7 });
    expect(records[0]).toMatchObject({ message: 'failed', context: 'ExceptionsHandler', stack: error.stack });
    expect(records[1]).toMatchObject({
      message: 'broken',
      context: 'ExceptionsHandler',
      error: { name: 'TypeError', stack: error.stack },
    });
    expect(records[2]).toMatchObject({ level: 'error', message: '{"code":7}' });
  });
});
