import { BaseRpcContext } from '@nestjs/microservices';
import type { Manifest } from '@aitrader/model';

/** Which instance of a stage an interval is for, as handlers, guards, interceptors and filters see it. */
export class StageContext extends BaseRpcContext<[manifest: Manifest, shard: number]> {
  get manifest(): Manifest {
    return this.args[0];
  }
  /** −1 for a stage of the account */
  get shard(): number {
    return this.args[1];
  }
}
