import type { BeforeApplicationShutdown } from '@nestjs/common';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { HandledWork, type WorkTold } from '@aitrader/runtime-telemetry';

/** How far one stage instance is: the last interval it applied, the last message it read, the intervals it has begun. */
export interface InstanceHealth {
  readonly shard: number;
  readonly t: number;
  readonly seq: number;
  readonly waiting: number;
  /** how often the bus had to be asked again for what did not come; left out where nothing is read by stages */
  readonly askedAgain?: number;
  /** when the last checkpoint was stored, ms since 1970; null where none was since it began */
  readonly checkpointAt?: number | null;
}

export type ServiceStatus = 'starting' | 'running' | 'draining' | 'failed';

// A type and not an interface: Nest asks for an index signature.
type ServiceEvents = {
  /** the service cannot go on */
  error: (error: Error) => void;
};

/**
 * A service as Nest knows it: a transport that is started once, by `startAllMicroservices`, and drained once, when the application
 * closes. An error that it cannot get over is an `error` event, which ends the process.
 */
export abstract class ServiceServer
  extends Server<ServiceEvents, ServiceStatus>
  implements CustomTransportStrategy, BeforeApplicationShutdown
{
  /** what it has handled, of those that handle something */
  protected readonly work = new HandledWork();
  readonly #listeners: ((error: Error) => void)[] = [];
  #now: ServiceStatus = 'starting';
  #drained: Promise<void> | undefined;

  /** Resolves when the service is running. */
  protected abstract start(): Promise<void>;
  /** Resolves when all that was begun is stored. May come while `start` is still going on. */
  protected abstract drain(): Promise<void>;
  abstract instances(): readonly InstanceHealth[];
  /** What its health says beside that. */
  about(): { readonly failing?: string | null } {
    return {};
  }

  /** What it has handled since it began. */
  get handled(): WorkTold {
    return this.work.told();
  }

  get now(): ServiceStatus {
    return this.#now;
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      await this.start();
    } catch (error) {
      // What a drain cuts short is no fault.
      if (this.#now !== 'draining') {
        callback(error);
        return;
      }
    }
    if (this.#now === 'starting') this.#become('running');
    callback();
  }

  /** While the health endpoint still answers: a drain takes its time. */
  beforeApplicationShutdown(): Promise<void> {
    return this.close();
  }

  close(): Promise<void> {
    this.#become('draining');
    return (this.#drained ??= this.drain());
  }

  on<Event extends keyof ServiceEvents>(_event: Event, listener: ServiceEvents[Event]): void {
    this.#listeners.push(listener);
  }

  protected fail(error: Error): void {
    this.#become('failed');
    for (const listener of this.#listeners) listener(error);
  }

  #become(status: ServiceStatus): void {
    this.#now = status;
    this._status$.next(status);
  }
}
