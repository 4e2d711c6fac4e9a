import { encodeControlAs, FACT_WIRING, subjectOfEveryVersion, versionOf } from '@aitrader/contracts';
import type { Control, Manifest } from '@aitrader/model';
import { codeText, thisCode, writerOf } from '@aitrader/application-recordings';
import { subjectCounts, type Bus } from '@aitrader/runtime-bus';
import { servicesOf } from './run-holding.ts';

/*
 * A service reads commands in one version of control and hears nothing of any other: one in another version would be recorded, and nobody
 * would act on it. So a command is said in the version that the services of its run read, or not at all.
 */

/** A command that cannot be given to a run: it has ended, does not trade what the command names, or could not hear it. */
export class CannotCommand extends Error {
  override readonly name: string = 'CannotCommand';
}

/** A command as the services of its run read it. */
export interface ReadableCommand {
  readonly version: number;
  readonly payload: string;
}

const TODAY = FACT_WIRING.control.version;

/** A command in the version of control that the services of a run read. @throws CannotCommand where they would not hear it, or nobody can tell */
export async function readableBy(bus: Bus, manifest: Manifest, control: Control): Promise<ReadableCommand> {
  const version = await versionRead(bus, manifest);
  const payload = encodeControlAs(version, control);
  if (payload !== undefined) return { version, payload };
  const why =
    version > TODAY
      ? `this aitrader says them up to v${TODAY}`
      : `${control.kind} as it is meant can only be said in a later one (here v${TODAY})`;
  throw new CannotCommand(
    `nothing is recorded: the services of ${manifest.run} read commands as control v${version}, and ${why}. ${useItsOwn(manifest)}`,
  );
}

/**
 * Programs of one build read one version. Otherwise the services say which; of programs that do not say it yet, what their ingest has
 * recorded of control tells.
 */
async function versionRead(bus: Bus, manifest: Manifest): Promise<number> {
  const { run, codeHash } = manifest;
  if (codeHash !== '' && codeHash === thisCode().hash) return TODAY;
  const services = await servicesOf(bus, run);
  const [version, ...others] = new Set(services.map(({ commands }) => commands));
  if (version !== undefined && others.length === 0) return version;
  const recorded = services.some(({ commands }) => commands !== undefined) ? undefined : await versionRecorded(bus, manifest);
  if (recorded !== undefined) return recorded;
  if (codeHash === '' && services.length === 0) return TODAY;
  const said = services.map(({ role, commands }) => `${role} ${commands === undefined ? 'does not say' : `reads v${commands}`}`);
  throw new CannotCommand(
    `nothing is recorded: nobody can tell in which version of control the services of ${run} read commands ` +
      `(${said.length === 0 ? 'none of them runs' : said.join(', ')}), and this aitrader writes v${TODAY}. ${useItsOwn(manifest)}`,
  );
}

/** The last version of control that the feed of a run has written. */
async function versionRecorded(bus: Bus, { run }: Manifest): Promise<number | undefined> {
  const versions = Object.keys(await subjectCounts(bus, run, subjectOfEveryVersion(run, 'control'))).map(
    (subject) => versionOf(subject)?.version ?? 0,
  );
  return versions.length === 0 ? undefined : Math.max(...versions);
}

const useItsOwn = (manifest: Manifest): string => `Give it with the program that runs it: ${codeText(writerOf(manifest))}`;
