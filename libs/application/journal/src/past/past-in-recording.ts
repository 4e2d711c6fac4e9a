import { addressOf, isOperatorSubject, operatorSubjects, subjectOfEveryVersion } from '@aitrader/contracts';
import { newYorkDate } from '@aitrader/core-sessions';
import { epochMs, notional, price, quantity, type RunId } from '@aitrader/model';
import { readLogTo, recordingInfo, type Bus } from '@aitrader/runtime-bus';
import type { RowOf } from '@aitrader/runtime-database';
import { projectMessage } from '../projection.ts';
import { Rows } from '../rows.ts';
import type { PastDay, PastParts, PastSpan } from './past.ts';

/** Facts that the past is told from. */
const TOLD = ['orders', 'denials', 'fills'] as const;

type Account = Pick<PastDay, 'equityFirst' | 'equityLast' | 'realisedLast' | 'drawdownPpmMax' | 'grossMax'>;

/** What is counted on a date. */
interface Counted {
  account: Account | undefined;
  orders: number;
  denials: number;
  readonly gates: Map<string, number>;
}

/** The past of one run, from its recording: it is read once, and then on from where it was read to. Nothing of bars and states is read. */
export class RecordedPast {
  readonly #bus: Bus;
  readonly #run: RunId;
  readonly #dates = new Map<string, Counted>();
  readonly #fills: RowOf<'fills'>[] = [];
  readonly #commands: RowOf<'operatorActions'>[] = [];
  #seq = 0;
  #reading: Promise<void> | undefined;

  constructor(bus: Bus, run: RunId) {
    this.#bus = bus;
    this.#run = run;
  }

  /** Reads what came since, whoever else does so too. @throws UnknownRunError, BrokenRecordingError */
  async readOn(): Promise<void> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  /** What was read so far, as the tables have it. */
  within(span: PastSpan): PastParts {
    const isWithin = (date: string): boolean => (span.from ?? date) <= date && date <= (span.to ?? date);
    const isThen = ({ t }: { readonly t: number }): boolean => isWithin(newYorkDate(epochMs(t)));
    const run = this.#run;
    const traded = tradedByDate(this.#fills);
    const dates = [...this.#dates].filter(([date]) => isWithin(date));
    return {
      days: dates.flatMap(([date, { account, orders, denials }]) =>
        account === undefined ? [] : [{ run, date, ...account, orders, denials, ...(traded.get(date) ?? NOTHING_TRADED) }],
      ),
      fills: this.#fills.filter(isThen).map(({ t, symbol, side, leg, quantity, price, fee, kind, orderId, fillId }) => {
        return { run, t, symbol, side, leg, quantity, price, fee, kind, orderId, fillId };
      }),
      commands: this.#commands.filter(isThen).map(({ seq, t, kind, actor, reason }) => ({ run, seq, t, kind, actor, reason })),
      gates: dates.flatMap(([date, { gates }]) =>
        [...gates].sort(byGate).map(([gate, denials]) => ({ run, date, gate, denials })),
      ),
    };
  }

  async #read(): Promise<void> {
    const [bus, run] = [this.#bus, this.#run];
    const end = (await recordingInfo(bus, run)).state.last_seq;
    if (end <= this.#seq) return;
    const rows = new Rows();
    const subjects = [
      ...TOLD.map((fact) => subjectOfEveryVersion(run, fact)),
      // what feeds bars commands too; here are those of people alone
      ...operatorSubjects(run),
    ];
    await readLogTo(bus, end, {
      ...{ run, subjects, from: this.#seq + 1 },
      onMessage: (message) => {
        if (addressOf(message.subject).fact !== 'control' || isOperatorSubject(message.subject)) projectMessage(message, rows);
      },
    });
    this.#seq = end;
    this.#take(rows);
  }

  #take(rows: Rows): void {
    for (const { t, equity, realised, drawdownPpm, gross } of rows.rowsOf('equity')) {
      const counted = this.#on(t);
      const { account } = counted;
      counted.account = {
        equityFirst: account?.equityFirst ?? equity,
        ...{ equityLast: equity, realisedLast: realised },
        drawdownPpmMax: Math.max(account?.drawdownPpmMax ?? drawdownPpm, drawdownPpm),
        grossMax: Math.max(account?.grossMax ?? gross, gross),
      };
    }
    for (const { t } of rows.rowsOf('orders')) this.#on(t).orders += 1;
    for (const { t, gate } of rows.rowsOf('denials')) {
      const counted = this.#on(t);
      counted.denials += 1;
      counted.gates.set(gate, (counted.gates.get(gate) ?? 0) + 1);
    }
    // one by one: as many as a long run has are too many for one call
    for (const fill of rows.rowsOf('fills')) this.#fills.push(fill);
    for (const command of rows.rowsOf('operatorActions')) this.#commands.push(command);
  }

  #on(t: number): Counted {
    const date = newYorkDate(epochMs(t));
    const known = this.#dates.get(date);
    if (known !== undefined) return known;
    const fresh: Counted = { account: undefined, orders: 0, denials: 0, gates: new Map() };
    this.#dates.set(date, fresh);
    return fresh;
  }
}

const byGate = ([a]: readonly [string, number], [b]: readonly [string, number]): number => (a < b ? -1 : 1);

/** What an execution brings, fees aside. */
const flowOf = ({ side, price: at, quantity: of }: RowOf<'fills'>): number =>
  side === 'buy' ? -notional(price(at), quantity(of)) : notional(price(at), quantity(of));

type Traded = Pick<PastDay, 'fills' | 'fees' | 'turnover'>;
const NOTHING_TRADED: Traded = { fills: 0, fees: 0, turnover: 0 };

function tradedByDate(fills: readonly RowOf<'fills'>[]): ReadonlyMap<string, Traded> {
  const traded = new Map<string, Traded>();
  for (const fill of standing(fills)) {
    const date = newYorkDate(epochMs(fill.t));
    const before = traded.get(date) ?? NOTHING_TRADED;
    traded.set(date, {
      fills: before.fills + 1,
      fees: before.fees + fill.fee,
      turnover: before.turnover + Math.abs(flowOf(fill) - fill.fee),
    });
  }
  return traded;
}

/** Executions as their last amendment has them; undone ones are left out. */
function standing(fills: readonly RowOf<'fills'>[]): readonly RowOf<'fills'>[] {
  const first = new Map<string, string>();
  const last = new Map<string, RowOf<'fills'>>();
  for (const fill of fills) {
    const of = fill.kind === 'execution' ? fill.fillId : first.get(fill.amends ?? '');
    if (of === undefined) continue;
    first.set(fill.fillId, of);
    last.set(of, fill);
  }
  return [...last.values()].filter(({ kind }) => kind !== 'bust');
}
