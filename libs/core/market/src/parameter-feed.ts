import { compareText, item, type Control, type EpochMs, type ModelParameters, newControl } from '@aitrader/model';

/*
 * Model parameters as commands of a feed, each recorded between the last bar that it was fitted to and the next one, beside those that
 * were recorded once and are played with their bars.
 *
 * 1. No forecast uses parameters that were fitted to a later bar.
 * 2. The commands depend on the parameters alone, not on the bars, the shards or the order in which parameters are given.
 */

/** Commands in the order of their intervals, and how many of them were given out. Plain data. */
export interface ParameterFeed {
  readonly commands: readonly Control[];
  next: number;
}

/**
 * One command for all parameters that were fitted up to the same bar. Of two fits of a model to one symbol up to the same bar the last
 * given counts, and of those up to a bar before the first interval, `first`, the latest: the others were never in force.
 * `recorded` are commands of a recording, in the order of their instants.
 */
export function newParameterFeed(
  parameters: readonly ModelParameters[],
  actor: string,
  first: number,
  recorded: readonly Control[] = [],
): ParameterFeed {
  const byInterval = new Map<EpochMs, Map<string, ModelParameters>>();
  for (const fitted of inForceFrom(parameters, first)) {
    const together = byInterval.get(fitted.fittedTo) ?? new Map<string, ModelParameters>();
    byInterval.set(fitted.fittedTo, together.set(keyOf(fitted), fitted));
  }
  const commands = [...byInterval]
    .sort(([a], [b]) => a - b)
    .map(([t, together]): Control => {
      const ordered = [...together].sort(([a], [b]) => compareText(a, b)).map(([, fitted]) => fitted);
      return newControl('model-parameters', t, actor, 'fitted to the bars up to here', { parameters: ordered });
    });
  return { commands: [...commands, ...recorded].sort((a, b) => a.t - b.t), next: 0 };
}

const keyOf = ({ symbol, model }: ModelParameters): string => `${symbol} ${model}`;

/** Without the fits that a later one takes the place of before the interval `first`. */
function inForceFrom(parameters: readonly ModelParameters[], first: number): readonly ModelParameters[] {
  const latest = new Map<string, EpochMs>();
  for (const fitted of parameters) {
    const known = latest.get(keyOf(fitted)) ?? -Infinity;
    if (fitted.fittedTo < first && fitted.fittedTo > known) latest.set(keyOf(fitted), fitted.fittedTo);
  }
  return parameters.filter((fitted) => fitted.fittedTo >= (latest.get(keyOf(fitted)) ?? -Infinity));
}

const NONE: readonly Control[] = Object.freeze([]);

/** The commands to record before the bars of interval `t`: those of intervals before it that were not given out yet. */
export function parametersDue(feed: ParameterFeed, t: EpochMs): readonly Control[] {
  const from = feed.next;
  while (feed.next < feed.commands.length && item(feed.commands, feed.next).t < t) feed.next += 1;
  return from === feed.next ? NONE : feed.commands.slice(from, feed.next);
}

/** Takes all commands up to interval `t` as given out. */
export function skipParameters(feed: ParameterFeed, t: number): void {
  while (feed.next < feed.commands.length && item(feed.commands, feed.next).t <= t) feed.next += 1;
}
