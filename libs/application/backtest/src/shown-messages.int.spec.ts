/**
 * One message of a recording, shown: of every released version, whole or damaged.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  SymbolNotThereError,
  UnknownMessageError,
  explainFill,
  ofSymbol,
  runNamed,
  showMessage,
} from '@aitrader/application-recordings';
import { FACT_WIRING, addressOf, type Fact } from '@aitrader/contracts';
import { STATE_COLUMNS, item, runId } from '@aitrader/model';
import { UnknownRunError, type Bus, type LoggedMessage } from '@aitrader/runtime-bus';
import { START_MS_MAX, openTestHome } from '../../../../tools/testing/home-under-test.ts';
import { keptMessages, restoreRecording } from '../testing/golden-recording.ts';

const FOLDER = path.resolve(import.meta.dirname, '../golden');

const GOLDEN = readdirSync(FOLDER).flatMap((file) => {
  if (!file.endsWith('.jsonl.gz')) return [];
  const messages = keptMessages(path.join(FOLDER, file));
  return [{ name: file.replace('.jsonl.gz', ''), messages, run: runId(item(messages, 0).subject.split('.')[1] ?? '') }];
});
type Golden = (typeof GOLDEN)[number];

const ofFact = ({ messages }: Golden, fact: Fact): LoggedMessage[] =>
  messages.filter(({ subject }) => addressOf(subject).fact === fact);
const textOf = ({ data }: LoggedMessage): string => Buffer.from(data).toString('utf8');
const isText = (message: LoggedMessage): boolean => Buffer.from(textOf(message)).equals(message.data);

describe('a message of a recording', () => {
  const damaged = runId('damaged');
  let home: Awaited<ReturnType<typeof openTestHome>>;
  let bus: Bus;
  beforeAll(async () => {
    home = await openTestHome();
    ({ bus } = home);
    for (const { run, messages } of GOLDEN) await restoreRecording(bus, run, messages);
    await restoreRecording(bus, damaged, [
      { seq: 1, subject: 'at.damaged.manifest.v1.main', data: Buffer.from('{"kind":"none"}') },
      { seq: 2, subject: 'at.damaged.bars.v2.0', data: Buffer.from([0xff, 0x00]) },
      { seq: 3, subject: 'at.damaged.nonsense.v1.0', data: Buffer.from('not JSON') },
      { seq: 4, subject: `at.damaged.states.v${FACT_WIRING.states.version + 1}.0`, data: Buffer.from('{}') },
    ]);
  }, START_MS_MAX);
  afterAll(() => home.close());

  it.each(GOLDEN)('is shown, whichever it is: $name', async ({ run, messages }) => {
    for (const message of messages) {
      const { fact, version } = addressOf(message.subject);
      const shown = await showMessage(bus, run, message.seq);
      const today = FACT_WIRING[fact].version;
      const { seq, subject } = message;
      expect(shown).toMatchObject({ run, seq, subject, fact, version, bytes: message.data.length, problem: null });
      expect(shown).toMatchObject({ saidAs: version === today ? null : today });
      expect(Date.parse(shown.stored)).toBeGreaterThan(Date.UTC(2026, 0));
      const { t } = shown.payload ?? {};
      if (!isText(message)) continue;
      if (fact !== 'manifest') expect(textOf(message)).toContain(`"t":${JSON.stringify(t)}`);
      if (version !== today) expect(shown.recorded).toEqual(JSON.parse(textOf(message)));
    }
  });

  it.each(GOLDEN)(
    'is the one that an explanation names: the state has its figures, the bar its prices: $name',
    async ({ run }) => {
      const explained = await explainFill(bus, run, '#1', () => undefined);
      if (explained.command !== undefined) throw new Error('it comes of a signal');
      const { state, signal, signalBar, orderedIn = run } = explained;
      const shown = ofSymbol(await showMessage(bus, orderedIn, state.seq), signal.symbol);
      // The others follow from these and from the bars before: a message alone does not know them.
      const figures = STATE_COLUMNS.map(({ name }) => [name, [state.figures[name]]]);
      expect(shown.payload).toMatchObject({ t: signal.t, symbols: [signal.symbol], ...Object.fromEntries(figures) });
      const { seq, t, ...prices } = signalBar;
      const bar = ofSymbol(await showMessage(bus, orderedIn, seq), signal.symbol);
      expect(bar.payload).toMatchObject({
        t,
        ...Object.fromEntries(Object.entries(prices).map(([name, value]) => [name, [value]])),
      });
    },
  );

  it('is cut to one symbol: a slice to its column, a list to its elements', async () => {
    const one = item(GOLDEN, 0);
    const denied = ofFact(one, 'signals').find((message) => textOf(message).includes('"id"'));
    const whole = await showMessage(bus, one.run, denied?.seq ?? 0);
    const { signals } = whole.payload as { signals: { symbol: string }[] };
    const [{ symbol }] = [item(signals, 0)];
    expect(ofSymbol(whole, symbol).payload).toEqual({
      ...whole.payload,
      signals: signals.filter((each) => each.symbol === symbol),
    });
    expect(() => ofSymbol(whole, 'NOPE')).toThrow(SymbolNotThereError);
    expect(() => ofSymbol(whole, 'NOPE')).toThrow(`says nothing of NOPE; it speaks of ${symbol}`);
    const word = await showMessage(bus, one.run, item(ofFact(one, 'order-events'), 0).seq);
    expect(() => ofSymbol(word, symbol)).toThrow('it speaks of no symbol');
  });

  it.each<[number, string, unknown]>([
    [1, 'damaged, message 1 on at.damaged.manifest.v1.main: manifest message', { kind: 'none' }],
    [2, 'damaged, message 2 on at.damaged.bars.v2.0: bars message: the message is not JSON in UTF-8', '/wA='],
    [3, 'not a subject of a run: at.damaged.nonsense.v1.0', 'not JSON'],
    [4, 'of version', {}],
  ])('%i that cannot be read is shown as it was stored, with the reason', async (seq, problem, recorded) => {
    const shown = await showMessage(bus, damaged, seq);
    expect(shown).toMatchObject({ seq, payload: null, recorded, problem: expect.stringContaining(problem) });
  });

  it('that is not there is told apart from a run that is not there', async () => {
    const { run, messages } = item(GOLDEN, 0);
    const beyond = messages.length + 1;
    await expect(showMessage(bus, run, beyond)).rejects.toThrow(UnknownMessageError);
    await expect(showMessage(bus, run, beyond)).rejects.toThrow(
      `${run} has no message ${beyond}; it has those from 1 to ${messages.length}`,
    );
    await expect(runNamed(bus, 'no-such-run')).rejects.toThrow(UnknownRunError);
    await expect(runNamed(bus, 'No Run')).rejects.toThrow(UnknownRunError);
    expect(await runNamed(bus, damaged)).toBe(damaged);
  });
});
