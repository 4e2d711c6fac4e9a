import { addressOf, decodeReports, decodeRequests } from '@aitrader/contracts';
import { isSettled, type OrderManagerState } from '@aitrader/core-execution';
import { newBarRecall, recallBars, recallCommand, type BarRecall } from '@aitrader/core-market';
import type { BrokerWord, Manifest, OrderRequest, Report, Request } from '@aitrader/model';
import { composeClosing, type LoggedMessage } from '@aitrader/runtime-bus';
import { newRunDigest, type Interval, type RunDigest, type StagePart } from '@aitrader/runtime-engine';
import { closingOf, feedEndOf, toldBefore, type ToldAtBroker } from '@aitrader/application-pipeline';
import type { ExecutionCheck } from './execution-check.ts';
import type { OpenedRun } from './opened-run.ts';

/** What a run leaves to the one that follows it, folded from its recording. */
export class LeftByRun {
  readonly #manifest: Manifest;
  readonly #digest: RunDigest = newRunDigest();
  #recall: BarRecall;
  #told: ToldAtBroker = { requests: [], reports: [] };
  #decision: Interval['decision'] | undefined;

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
    this.#recall = newBarRecall(manifest.timeframe);
  }

  /** Goes on from what the run went on from. */
  open(opened: OpenedRun): void {
    const before = opened.closing();
    this.#recall = feedEndOf(before).recall;
    this.#told = toldBefore(before);
  }

  /** Takes in what was asked of a broker, or what it said. */
  hear({ subject, data }: LoggedMessage): void {
    const { fact } = addressOf(subject);
    if (fact === 'requests') this.#told.requests.push(...decodeRequests(data).requests.filter(isOfOrder));
    else if (fact === 'reports') this.#told.reports.push(...decodeReports(data).words.filter(isReport));
  }

  /** Takes in an interval that is complete. */
  add(interval: Interval): void {
    this.#digest.add(interval);
    for (const command of interval.control) recallCommand(this.#recall, command);
    recallBars(this.#recall, interval.bars);
    this.#decision = interval.decision;
  }

  /** The messages that tell of it; none before the first interval. `execution`: of a run with a broker, which no part of the pipeline folds. */
  messages(parts: readonly StagePart[], execution: ExecutionCheck | undefined): readonly string[] {
    const [digest, recall, decision] = [this.#digest.current().all, this.#recall, this.#decision];
    if (decision === undefined) return [];
    const { run, timeframe } = this.#manifest;
    const told = execution === undefined ? undefined : stillOfUse(this.#told, execution.state.manager);
    return composeClosing(closingOf({ run, digest, timeframe, parts: withExecution(parts, execution), decision, recall, told }));
  }
}

const isOfOrder = (request: Request): request is OrderRequest => request.kind !== 'advance';
const ACCOUNT_WORDS: readonly BrokerWord['kind'][] = ['account', 'disconnected', 'passed'];
const isReport = (word: BrokerWord): word is Report => !ACCOUNT_WORDS.includes(word.kind);

/** What was told of orders that are not over: another run hears the end of them. */
function stillOfUse({ requests, reports }: ToldAtBroker, { orders }: OrderManagerState): ToldAtBroker {
  const open = new Map([...orders].filter(([, managed]) => !isSettled(managed)));
  const names = new Set<string>([...open.values()].flatMap(({ requestIds, brokerIds }) => [...requestIds, ...brokerIds]));
  return {
    requests: requests.filter(({ orderId }) => open.has(orderId)),
    reports: reports.filter(({ request, brokerId }) => names.has(request ?? '') || names.has(brokerId ?? '')),
  };
}

const withExecution = (parts: readonly StagePart[], execution: ExecutionCheck | undefined): readonly StagePart[] =>
  execution === undefined
    ? parts
    : parts.map((part) =>
        part.stage === 'execution' ? { ...part, layout: execution.layout, snapshot: () => execution.state } : part,
      );
