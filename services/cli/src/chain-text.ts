import type { Anchored, ChainVerdict } from '@aitrader/application-proof';
import { count } from './terminal.ts';

/** Whether a recording is what was anchored, as far as anything was. */
export const holds = ({ problem, anchored }: ChainVerdict): boolean => problem === undefined && anchored > 0;

/** What a recording came to, held against its anchors, in lines. */
export function chainLines(verdict: ChainVerdict): readonly string[] {
  const { run, anchored, blocks, problem, isTorn } = verdict;
  const known = `messages 1 to ${count(anchored)}, in ${blocksText(blocks)},`;
  const head =
    problem !== undefined
      ? [
          `${run} IS NOT WHAT WAS ANCHORED: ${problem.problem}`,
          ...(anchored > 0 ? [`${known} are those that were anchored`] : []),
        ]
      : anchored > 0
        ? [`${run} is what was anchored: ${known} are those that were signed`]
        : [`no message of ${run} is anchored, so that there is nothing to hold it against: npx aitrader anchor ${run}`];
  const torn = isTorn
    ? ['the last line of its anchors is cut off: by a crash, or since it is being written now; it does not count']
    : [];
  return [...head, ...tailLines(verdict), ...torn, ...signerLines(verdict), ...(anchored > 0 ? [outsideLine(verdict)] : [])];
}

function tailLines({ anchored, notAnchored, problem, run }: ChainVerdict): readonly string[] {
  if (notAnchored === 0 || anchored === 0 || problem !== undefined) return [];
  return [
    `messages after ${count(anchored)} are not anchored yet: nothing is said of ${notAnchored === 1 ? 'that one' : `these ${count(notAnchored)}`} (npx aitrader anchor ${run})`,
  ];
}

const signerLines = ({ signedBy }: ChainVerdict): readonly string[] =>
  signedBy.map(({ key, blocks, from, to }) => `${blocksText(blocks)} signed by ${key}, from ${from} to ${to}`);

const outsideLine = ({ outside, blocks }: ChainVerdict): string =>
  outside === undefined
    ? 'no place outside is named (AITRADER_ANCHORS): whoever has the files and the key of this home could have written all of it anew'
    : outside.blocks < blocks
      ? `${outside.name} has ${count(outside.blocks)} of these blocks: the others rest on the files of this home alone`
      : `${outside.name} has the same blocks`;

const blocksText = (blocks: number): string => (blocks === 1 ? '1 block' : `${count(blocks)} blocks`);

/** How a run stands with its anchors, in lines. */
export const anchoredLines = ({ run, blocks, last, outsideProblem }: Anchored): readonly string[] => [
  `${run} is anchored up to message ${count(last)}, in ${blocksText(blocks)}`,
  ...(outsideProblem === undefined ? [] : [`not all of them are outside: ${outsideProblem}`]),
];
