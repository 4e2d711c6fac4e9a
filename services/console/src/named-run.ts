import { setTimeout as sleep } from 'node:timers/promises';
import { ForbiddenException, HttpException, NotFoundException } from '@nestjs/common';
import { recordingNamed, runNamed } from '@aitrader/application-recordings';
import type { RunId } from '@aitrader/model';
import { BrokenRecordingError, UnknownRunError, recordingInfo, type Bus } from '@aitrader/runtime-bus';
import type { RecordedManifest } from '@aitrader/contracts';

const UNREADABLE = 422;
const BEGIN_MS_MAX = 10_000;
const POLL_MS = 100;

/**
 * The manifest of a run. Whoever came in by the printed token alone sees nothing of a run with real money, and commands nothing there.
 * @throws NotFoundException, ForbiddenException; 422 of a recording that cannot be read
 */
export async function shownRun(bus: Bus, name: string): Promise<RecordedManifest> {
  try {
    await begun(bus, await runNamed(bus, name));
    const manifest = await recordingNamed(bus, name);
    if (manifest.config.broker?.account !== 'live') return manifest;
  } catch (error) {
    throw answerTo(error);
  }
  throw new ForbiddenException(`${name} trades with real money: a console that lets in by a printed token is not for it`);
}

/** A run that begins has nothing recorded for a moment. */
async function begun(bus: Bus, run: RunId): Promise<void> {
  const until = Date.now() + BEGIN_MS_MAX;
  while ((await recordingInfo(bus, run)).state.messages === 0 && Date.now() < until) await sleep(POLL_MS);
}

function answerTo(error: unknown): unknown {
  if (error instanceof UnknownRunError) return new NotFoundException(error.message);
  if (error instanceof BrokenRecordingError) return new HttpException({ message: error.message }, UNREADABLE);
  return error;
}
