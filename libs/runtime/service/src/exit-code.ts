import {
  BrokenRecordingError,
  BusFullError,
  DivergedError,
  FencedError,
  NotAllowedError,
  UnknownRunError,
  isStoreFull,
} from '@aitrader/runtime-bus';
import { ConfigurationError } from '@aitrader/runtime-configuration';
import { ForgedMessageError } from '@aitrader/runtime-signing';
import { TelemetryProblem } from '@aitrader/runtime-telemetry';
import { ContractError } from '@aitrader/contracts';

/** What a service's exit tells its supervisor: only a crash (1) is worth a restart. */
export const EXIT = { drained: 0, crashed: 1, badInput: 2, fenced: 3, busFull: 4, diverged: 5, forged: 6 } as const;

/** The exit code for an error that ended a service. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof ForgedMessageError) return EXIT.forged;
  if (error instanceof FencedError) return EXIT.fenced;
  if (error instanceof BusFullError || isStoreFull(error)) return EXIT.busFull;
  if (error instanceof ContractError || error instanceof BrokenRecordingError || error instanceof DivergedError)
    return EXIT.diverged;
  if (error instanceof ConfigurationError || error instanceof UnknownRunError || error instanceof TelemetryProblem)
    return EXIT.badInput;
  if (error instanceof NotAllowedError || (error instanceof Error && error.name === 'KeyFileError')) return EXIT.badInput;
  if (error instanceof Error && error.name === 'BarFileError') return EXIT.badInput;
  return EXIT.crashed;
}
