import type { Logger } from 'winston';
import type { StageName } from '@aitrader/contracts';

/** How far one stage instance is: the last interval it applied, the last message it read, the intervals it has begun. */
export interface InstanceHealth {
  readonly shard: number;
  readonly t: number;
  readonly seq: number;
  readonly waiting: number;
}

export interface Health {
  readonly stage: StageName;
  readonly run: string;
  readonly status: 'starting' | 'running' | 'draining' | 'failed';
  readonly pid: number;
  readonly instances: readonly InstanceHealth[];
}

/** What a service's process runs: started once, drained once. */
export interface ServiceHost {
  readonly start: () => Promise<void>;
  readonly drain: () => Promise<void>;
  readonly health: () => Health;
}

/** What the bootstrap gives a host to work with. */
export interface HostContext {
  readonly logger: Logger;
  /** ends the process with the exit code of the error */
  readonly failed: (error: Error) => void;
}
