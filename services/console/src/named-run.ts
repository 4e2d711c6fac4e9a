import { ForbiddenException, HttpException, NotFoundException } from '@nestjs/common';
import { recordingNamed } from '@aitrader/application-recordings';
import { BrokenRecordingError, UnknownRunError, type Bus } from '@aitrader/runtime-bus';
import type { RecordedManifest } from '@aitrader/contracts';

const UNREADABLE = 422;

/**
 * The manifest of a run. Whoever came in by the printed token alone sees nothing of a run with real money, and commands nothing there.
 * @throws NotFoundException, ForbiddenException; 422 of a recording that cannot be read
 */
export async function shownRun(bus: Bus, name: string): Promise<RecordedManifest> {
  try {
    const manifest = await recordingNamed(bus, name);
    if (manifest.config.broker?.account !== 'live') return manifest;
  } catch (error) {
    throw answerTo(error);
  }
  throw new ForbiddenException(`${name} trades with real money: a console that lets in by a printed token is not for it`);
}

function answerTo(error: unknown): unknown {
  if (error instanceof UnknownRunError) return new NotFoundException(error.message);
  if (error instanceof BrokenRecordingError) return new HttpException({ message: error.message }, UNREADABLE);
  return error;
}
