import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { headers } from '@nats-io/transport-node';
import { streamOf } from '@aitrader/contracts';
import { runId, type RunId } from '@aitrader/model';
import {
  accessOf,
  connectOrStart,
  createRecording,
  deleteRecording,
  locateNatsServer,
  openBus,
  type Bus,
} from '@aitrader/runtime-bus';
import { anchorFilesOf, anchorMeans, checkChain, type AnchorMeans } from '../src/index.ts';

const PROJECT_HOME = path.resolve(import.meta.dirname, '../../../../.aitrader');
/** A server may have to be fetched first. */
export const START_MS_MAX = 120_000;
const WAIT_MS_MAX = 20_000;

/** A home with a real nats-server and a key for anchors. */
export interface AnchorBench {
  readonly home: string;
  readonly bus: Bus;
  readonly means: AnchorMeans;
  readonly close: () => Promise<void>;
}

export async function openAnchorBench(): Promise<AnchorBench> {
  const home = mkdtempSync(path.join(tmpdir(), 'anchors-'));
  const { path: binary } = await locateNatsServer({ home: PROJECT_HOME });
  const server = await connectOrStart({ home, binary, env: { ...process.env, NATS_URL: '' } });
  const bus = await openBus(accessOf(server, 'supervisor'), 'anchors under test');
  const close = async (): Promise<void> => {
    await bus.nc.close();
    await server.stop();
    rmSync(home, { recursive: true });
  };
  return { home, bus, means: await anchorMeans({ bus, home }, {}), close };
}

let runs = 0;

/** A recording whose messages say their numbers. */
export class NumberedRun {
  readonly run: RunId = runId(`paper-${(runs += 1)}`);
  readonly files: ReturnType<typeof anchorFilesOf>;
  readonly #bench: AnchorBench;

  private constructor(bench: AnchorBench) {
    this.#bench = bench;
    this.files = anchorFilesOf(bench.home, this.run);
  }

  static async begin(bench: AnchorBench): Promise<NumberedRun> {
    const one = new NumberedRun(bench);
    await createRecording(bench.bus, one.run);
    return one;
  }

  async #stored(): Promise<number> {
    return (await this.#bench.bus.jsm.streams.info(streamOf(this.run))).state.last_seq;
  }

  /** Records what is not recorded yet of the messages up to one. */
  async upTo(last: number, said = (n: number): string => `message ${n}`): Promise<void> {
    const { nc } = this.#bench.bus;
    for (let n = (await this.#stored()) + 1; n <= last; n++) {
      const head = headers();
      head.set('Nats-Msg-Id', `${this.run}/${n}/${said(n)}`);
      nc.publish(`at.${this.run}.bars.v2.${n % 3}`, said(n), { headers: head });
    }
    await nc.flush();
    while ((await this.#stored()) < last) await sleep(5);
  }

  /** Puts another recording of this name in its place. */
  async rewrite(last: number, said?: (n: number) => string): Promise<void> {
    await deleteRecording(this.#bench.bus, this.run);
    await createRecording(this.#bench.bus, this.run);
    await this.upTo(last, said);
  }

  /** The anchors of the home, a line each. */
  lines(): string[] {
    return readFileSync(this.files.lines, 'utf8').split('\n').slice(0, -1);
  }

  /** The last message of each block. */
  lasts(): number[] {
    return this.lines().map((line) => (JSON.parse(line) as { last: number }).last);
  }

  /** Whether all of it is anchored, and is what was anchored. */
  async holds(): Promise<boolean> {
    const { problem, notAnchored } = await checkChain(this.#bench.means, this.run);
    return problem === undefined && notAnchored === 0;
  }
}

/** Waits for something. @throws Error when it does not come */
export async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + WAIT_MS_MAX;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error('it did not come to that');
    await sleep(20);
  }
}
