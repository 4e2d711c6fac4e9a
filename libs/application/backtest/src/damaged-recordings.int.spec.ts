/**
 * Recordings that cannot be read, or that only a newer program could run: said by name, and hiding no other.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  OtherCodeError,
  explainFill,
  listRuns,
  manifestOrFail,
  recordingNamed,
  resultOf,
  verifyRecording,
} from '@aitrader/application-recordings';
import { loadBars } from '@aitrader/application-markets';
import { FACT_WIRING, addressOf, encodeControl, type Fact } from '@aitrader/contracts';
import { epochMs, newControl, price, quantity, runId, ticker, type RunId } from '@aitrader/model';
import { BrokenRecordingError, readRecording, readStored, type Bus, type LoggedMessage } from '@aitrader/runtime-bus';
import { CODE_VERSION } from '@aitrader/runtime-configuration';
import { START_MS_MAX, openTestHome } from '../../../../tools/testing/home-under-test.ts';
import { restoreRecording } from '../testing/golden-recording.ts';
import { recordSmallMarket } from '../../../../tools/testing/small-market.ts';

type Change = (messages: readonly LoggedMessage[]) => readonly LoggedMessage[];
const textOf = ({ data }: LoggedMessage): string => Buffer.from(data).toString('utf8');

/** One message changed: the first of those that `which` picks, or the last. */
const changing =
  (which: 'first' | 'last', fact: Fact, change: (message: LoggedMessage) => Partial<LoggedMessage>): Change =>
  (messages) => {
    const ours = messages.filter(({ subject }) => addressOf(subject).fact === fact);
    const changed = which === 'first' ? ours[0] : ours.at(-1);
    return messages.map((message) => (message === changed ? { ...message, ...change(message) } : message));
  };
const withText = (change: (text: string) => string) => (message: LoggedMessage) => ({
  data: Buffer.from(change(textOf(message))),
});
const ofVersion = (version: number) => (message: LoggedMessage) => ({
  subject: message.subject.replace(/\.v\d+\./, `.v${version}.`),
});
const newer = (fact: Fact): number => FACT_WIRING[fact].version + 1;

/** The same recording of a run that asks a broker, two things of one instant, before execution's every word. */
const withBroker: Change = (messages) => {
  const { requests, reports } = BROKER;
  let n = 0;
  const asked = messages.flatMap((message): LoggedMessage[] => {
    if (addressOf(message.subject).fact !== 'order-events') return [message];
    return [requests, reports, requests, reports, message].map((each) => {
      if (each === message) return message;
      const said = each === requests ? { ...each, cause: (n += 1) } : { ...each, n: (n += 1) };
      const fact = each === requests ? 'requests' : 'reports';
      return { seq: 0, subject: `at.sound.${fact}.v1.main`, data: Buffer.from(JSON.stringify(said)) };
    });
  });
  return asked.map((message, i) => ({ ...message, seq: i + 1 }));
};
const BROKER = {
  requests: { t: 0, cause: 0, requests: [{ kind: 'advance', id: 'advance.0', t: 0 }] },
  reports: { t: 0, n: 0, words: [{ kind: 'passed', t: 0, request: 'advance.0' }] },
};

/** The same recording, as if an operator had asked for all that was traded, in words of long before. */
const askedFor: Change = (messages) => {
  const [head, ...rest] = messages;
  if (head === undefined) return [];
  const data = Buffer.from(encodeControl(ASKED));
  const asked = { seq: 0, subject: `at.sound.control.v${FACT_WIRING.control.version}.main`, data };
  const orders = rest.map((message) =>
    addressOf(message.subject).fact === 'orders'
      ? { ...message, data: Buffer.from(textOf(message).replace(/"signalId":"[^"]*"/g, '"signalId":"m.asked"')) }
      : message,
  );
  return [head, asked, ...orders].map((message, i) => ({ ...message, seq: i + 1 }));
};
const ASKED = newControl('order', epochMs(0), 'ada', 'to see', {
  manual: [
    {
      ...{ id: 'asked', symbol: ticker('SYN01'), side: 'buy', quantity: quantity(10e9) },
      ...{ stop: price(10_000), target: price(20_000), minutes: 30 },
    },
  ],
});

describe('a recording', () => {
  let home: Awaited<ReturnType<typeof openTestHome>>;
  let bus: Bus;
  /** the messages of a sound recording */
  const sound: LoggedMessage[] = [];
  const seqOf = (which: 'first' | 'last', fact: Fact): number => {
    const ours = sound.filter(({ subject }) => addressOf(subject).fact === fact);
    return (which === 'first' ? ours[0] : ours.at(-1))?.seq ?? -1;
  };

  beforeAll(async () => {
    home = await openTestHome();
    ({ bus } = home);
    await recordSmallMarket(bus, runId('sound'), 3);
    await readStored(bus, runId('sound'), (message) => sound.push({ ...message, data: Uint8Array.from(message.data) }));
    for (const [name, change] of Object.entries(CHANGES)) await restore(name, change);
  }, START_MS_MAX);
  afterAll(() => home.close());

  /** Changes to a whole recording, by the name of the run that they make. */
  const CHANGES = {
    'no-json': changing(
      'first',
      'manifest',
      withText((text) => text.slice(1)),
    ),
    'no-shards': changing(
      'first',
      'manifest',
      withText((text) => text.replace('"shards":3', '"shards":0')),
    ),
    'newer-manifest': changing('first', 'manifest', ofVersion(newer('manifest'))),
    headless: (messages) => messages.slice(1).map((message) => ({ ...message, seq: message.seq - 1 })),
    nothing: () => [],
    'damaged-end': changing(
      'last',
      'orders',
      withText((text) => text.replace('{"t":', '{"x":')),
    ),
    'damaged-middle': changing(
      'first',
      'states',
      withText((text) => text.replace('"figures":"', '"figures":"AAAA')),
    ),
    'damaged-bars': changing(
      'first',
      'bars',
      withText((text) => text.replace('"tf":"1m"', '"tf":"2m"')),
    ),
    'newer-facts': changing('last', 'signals', ofVersion(newer('signals'))),
    'newer-key': changing(
      'first',
      'manifest',
      withText((text) => text.replace('"kellyFraction":', '"heatMax":0.5,"kellyFraction":')),
    ),
    'other-money': changing(
      'first',
      'manifest',
      withText((text) => text.replace('"startingCash":1', '"startingCash":2')),
    ),
    'with-a-broker': withBroker,
    'asked-for': askedFor,
    'broken-broker': (messages) =>
      changing(
        'first',
        'reports',
        withText((text) => text.replace('"passed"', '"parsed"')),
      )(withBroker(messages)),
  } as const satisfies Readonly<Record<string, Change>>;
  type Name = keyof typeof CHANGES | 'sound';

  const restore = (name: string, change: Change): Promise<void> => {
    const renamed = (message: LoggedMessage): LoggedMessage => ({
      ...message,
      subject: message.subject.replace(/^at\.[^.]+/, `at.${name}`),
    });
    return restoreRecording(bus, runId(name), change(sound).map(renamed));
  };

  /** Everything that reads a recording whole. */
  const READERS: Readonly<Record<string, (run: RunId) => Promise<unknown>>> = {
    explain: (run) => explainFill(bus, run, '#1', () => undefined),
    digest: (run) => resultOf(bus, run),
    replay: (run) => loadBars({ kind: 'recording', run }, () => Promise.resolve(bus)),
    verify: (run) => verifyRecording(bus, run),
  };
  const refusal = async (reader: string, name: Name): Promise<Error> => {
    const error = await READERS[reader]?.(runId(name)).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error instanceof Error) return error;
    throw new Error(`${reader} read ${name}`);
  };

  it.each<[Name, string]>([
    [
      'no-json',
      `message 1 on at.no-json.manifest.v${FACT_WIRING.manifest.version}.main: manifest message: the message is not JSON`,
    ],
    ['no-shards', 'shards must be >= 1, got 0'],
    [
      'newer-manifest',
      `message 1 on at.newer-manifest.manifest.v${newer('manifest')}.main: a newer program wrote this version of manifest`,
    ],
    ['headless', 'message 1 on at.headless.bars.v2.0: bars message: the message stands where the manifest belongs'],
    ['damaged-end', `on at.damaged-end.orders.v${FACT_WIRING.orders.version}.main: orders message: t is missing`],
  ])('that cannot be read (%s) is listed as that, with its reason', async (name, problem) => {
    const entry = (await listRuns(bus)).find(({ run }) => run === name);
    expect(entry).toMatchObject({ complete: false, problem: expect.stringContaining(problem) });
  });

  it.each<Name>(['sound', 'nothing', 'damaged-middle', 'damaged-bars', 'newer-facts', 'newer-key', 'other-money'])(
    'beside others that cannot be read (%s) is listed with what it holds',
    async (name) => {
      const listed = await listRuns(bus);
      expect(listed.map(({ run }) => run).sort()).toEqual(['sound', ...Object.keys(CHANGES)].sort());
      const held = {
        kind: 'backtest',
        from: '2024-07-03',
        to: '2024-07-03',
        symbols: 4,
        shards: 3,
        messages: 592,
        complete: true,
      };
      const expected =
        name === 'nothing' ? { kind: 'unknown', messages: 0, complete: false } : { ...held, messages: sound.length };
      expect(listed.find(({ run }) => run === name)).toMatchObject({ ...expected, problem: null });
    },
  );

  it.each(['explain', 'digest', 'replay', 'verify'])(
    'is refused by name of run and message when its bars are damaged: %s',
    async (reader) => {
      const error = await refusal(reader, 'damaged-bars');
      expect(error).toBeInstanceOf(BrokenRecordingError);
      expect(error).toMatchObject({ run: 'damaged-bars', seq: seqOf('first', 'bars') });
      expect(error.message).toBe(
        `damaged-bars, message ${seqOf('first', 'bars')} on at.damaged-bars.bars.v2.0: bars message: tf must be one of ["1m","5m","15m","1h","1d"], got "2m"`,
      );
    },
  );

  it.each(['explain', 'digest'])('is refused by name of run and message when a state is damaged: %s', async (reader) => {
    const error = await refusal(reader, 'damaged-middle');
    expect(error).toMatchObject({ name: 'BrokenRecordingError', run: 'damaged-middle', seq: seqOf('first', 'states') });
  });

  it('does not verify when a state is damaged: the message is named', async () => {
    const { difference } = await verifyRecording(bus, runId('damaged-middle'));
    expect(difference).toMatchObject({ seq: seqOf('first', 'states') });
  });

  it.each(['explain', 'digest', 'replay', 'verify'])(
    'is refused by name when it does not begin with its manifest: %s',
    async (reader) => {
      expect((await refusal(reader, 'headless')).message).toMatch(
        /^headless, message 1 on \S+: bars message: the message stands where the manifest belongs$/,
      );
      expect((await refusal(reader, 'nothing')).message).toBe('nothing: the recording is empty');
    },
  );

  it.each(['explain', 'digest', 'replay'])('of a newer program is refused by name of the message: %s', async (reader) => {
    const error = await refusal(reader, 'newer-facts');
    expect(error).toMatchObject({ name: 'BrokenRecordingError', run: 'newer-facts', seq: seqOf('last', 'signals') });
    expect(error.message).toContain('a newer program wrote this version of signals');
  });

  it('of a newer program is verified by that one', async () => {
    const error = await refusal('verify', 'newer-facts');
    const [written, today] = [FACT_WIRING.signals.version + 1, FACT_WIRING.signals.version];
    expect(error).toBeInstanceOf(OtherCodeError);
    expect(error.message).toContain(`signals v${today} and v${written}; this code writes signals v${today}`);
  });

  it('whose manifest is not what was recorded is refused', async () => {
    const error = await refusal('verify', 'other-money');
    expect(error).toMatchObject({ name: 'BrokenRecordingError', run: 'other-money', seq: 1 });
    expect(error.message).toMatch(/config was changed after it was recorded: it hashes to [0-9a-f]{64}, not to [0-9a-f]{64}$/);
  });

  it('with a key that only a newer program knows is explained and digested', async () => {
    const [run, sound] = [runId('newer-key'), runId('sound')];
    expect((await explainFill(bus, run, '#1', () => undefined)).fill).toEqual(
      (await explainFill(bus, sound, '#1', () => undefined)).fill,
    );
    expect((await resultOf(bus, run)).digest).toEqual((await resultOf(bus, sound)).digest);
    expect((await recordingNamed(bus, run)).unknownKeys).toEqual([{ key: 'risk.heatMax', value: 0.5 }]);
  });

  it('with a key that only a newer program knows is neither run by nor verified: the key is named', async () => {
    const run = (): Promise<unknown> => manifestOrFail(bus, 'newer-key');
    await expect(run).rejects.toThrow(BrokenRecordingError);
    await expect(run).rejects.toThrow(
      'manifest message: config.risk.heatMax is a key of the configuration that this program does not know, got 0.5',
    );
    const error = await refusal('verify', 'newer-key');
    expect(error).toBeInstanceOf(OtherCodeError);
    expect(error.message).toContain(`newer-key was written by aitrader ${CODE_VERSION} (`);
    expect(error.message).toContain('whose configuration this code does not know all of: risk.heatMax (0.5)');
  });

  it('of what an operator asked for is explained back to the command', async () => {
    const explained = await explainFill(bus, runId('asked-for'), '#1', () => undefined);
    const { t, actor, reason, manual } = ASKED;
    expect(explained.command).toEqual({ t, actor, reason, manual: manual[0], seq: 2 });
    expect(explained.signal).toBeUndefined();
    expect(explained.fill).toEqual((await explainFill(bus, runId('sound'), '#1', () => undefined)).fill);
  });

  it('of what a broker was asked and said is read and digested by what its intervals hold, and is not a run without one', async () => {
    const [run, without] = [runId('with-a-broker'), runId('sound')];
    expect((await resultOf(bus, run)).digest).toEqual((await resultOf(bus, without)).digest);
    const verdict = await verifyRecording(bus, run);
    expect(verdict.unfinished).toBe(0);
    expect(verdict.difference).toMatchObject({ problem: 'is of a run with a broker, and this one has none' });
    const intervals: number[] = [];
    const told: string[] = [];
    await readRecording(bus, run, {
      onInterval: ({ t, broker }) => {
        intervals.push(t);
        told.push(broker.map(({ subject }) => addressOf(subject).fact).join(' '));
      },
    });
    expect(verdict.intervals).toBe(intervals.length);
    expect(new Set(told)).toEqual(new Set(['requests reports requests reports']));
  });

  it.each(['explain', 'digest'])('is refused by name of run and message when a report is damaged: %s', async (reader) => {
    const error = await refusal(reader, 'broken-broker');
    expect(error).toMatchObject({ name: 'BrokenRecordingError', run: 'broken-broker' });
    expect(error.message).toContain('reports message: words.0.kind must be one of ["accepted",');
  });

  it('does not verify when a report is damaged', async () => {
    await expect(verifyRecording(bus, runId('broken-broker'))).rejects.toThrow('reports message: words.0.kind');
  });
});
