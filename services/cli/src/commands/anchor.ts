import type { Command } from 'commander';
import { anchorMeans, anchorRun, beginAnchoring } from '@aitrader/application-proof';
import { recordingNamed } from '@aitrader/application-recordings';
import { withHome } from '@aitrader/application-supervision';
import { runId } from '@aitrader/model';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { anchoredLines } from '../chain-text.ts';
import { onInterrupt } from '../interrupt.ts';
import { printJson, printText } from '../print.ts';
import { say } from '../terminal.ts';

interface AnchorOptions extends BusOptions {
  readonly follow: boolean;
  readonly json: boolean;
}

export function addAnchor(program: Command): void {
  const command = program
    .command('anchor')
    .summary('sign what is not signed yet of a recording, so that no later change of it goes unseen')
    .description(
      'Signs the messages of a recording that are not anchored yet, block by block, into the anchors of this folder, and brings them to the place that AITRADER_ANCHORS names. Runs that are started here are anchored by themselves; this is for recordings of before, of services that run by themselves, and after a crash.',
    )
    .argument('<run>', 'the recording, as "aitrader runs" lists it')
    .option('--follow', 'go on as the run does, until Ctrl-C', false)
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (name: string, options: AnchorOptions) => {
    await withHome({ ...homeOptions(options), as: 'operator' }, async (open) => {
      await recordingNamed(open.bus, name);
      const run = runId(name);
      const means = await anchorMeans(open);
      const begun = await anchorRun(means, run);
      const anchored = options.follow ? await followed(() => beginAnchoring(means, run, say)) : begun;
      if (options.json) printJson(anchored);
      else for (const line of anchoredLines(anchored)) printText(line);
    });
  });
}

/** Anchors until somebody interrupts it. */
async function followed(begin: () => ReturnType<typeof beginAnchoring>): Promise<Awaited<ReturnType<typeof anchorRun>>> {
  const anchoring = begin();
  await onInterrupt();
  return anchoring.stop(true);
}
