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

/**
 * Marks the method that is a stage where it hears its recording message by message, with bars as the clock: it takes
 * `@Payload() heard: SequencedMessage`. It is called so in a run whose instance says that it is `sequenced`.
 */
export const StageInSequence = (stage: StageName): MethodDecorator => MessagePattern<string>(inSequence(stage), JETSTREAM);

/** The pattern of a stage that hears message by message. */
export const inSequence = (stage: StageName): string => `${stage} in sequence`;
