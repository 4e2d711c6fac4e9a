import { MessagePattern } from '@nestjs/microservices';
import type { StageName } from '@aitrader/contracts';

/** The transport of the stages; a handler of another one is none of theirs. */
export const JETSTREAM = Symbol('JetStream');

/**
 * Marks the method of a controller that is a stage: it takes `@Payload() interval: IntervalMessages`, all that the topology lets the
 * stage read about one interval, with `@Ctx() context: StageContext` when it wants it, and returns what the stage says
 * (`readonly Said[]`). Each interval comes once and in order; an error ends the service.
 */
export const Stage = (stage: StageName): MethodDecorator => MessagePattern<string>(stage, JETSTREAM);
