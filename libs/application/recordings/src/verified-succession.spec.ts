import { beforeAll, describe, expect, it } from '@jest/globals';
import { encodeInterval, runInMemory } from '@aitrader/application-pipeline';
import { encodeControl, subjectOf, type Fact } from '@aitrader/contracts';
import { syntheticMarket, tradeDateStart } from '@aitrader/core-market';
import { epochMs, item, newControl, runId, type Closing, type EpochMs, type Manifest } from '@aitrader/model';
import { composeClosing, newClosingReader, type LoggedMessage } from '@aitrader/runtime-bus';
import { BELIEVING } from '../../../../tools/testing/believing.ts';
import { Verifier, type Difference } from './verification.ts';

const config = BELIEVING;
const MARKET = syntheticMarket({ seed: 5, symbols: 3, sessions: ['2024-07-02', '2024-07-03'] });
const BORDER = tradeDateStart('2024-07-03');
const FIRST_DAY = { ...MARKET, count: MARKET.t.subarray(0, MARKET.count).findIndex((t) => t > BORDER) };
const RUN = runId('second');
const subject = (fact: Fact): string => subjectOf(RUN, fact, 0);

/** What a run left, as it is read from its own words. */
function read(messages: readonly string[]): { readonly closing: Closing; readonly hash: string } {
  const reader = newClosingReader('closing');
  for (const message of messages) reader.offer(Buffer.from(message));
  return { closing: reader.closing(), hash: reader.hash };
}

describe('the recording of a run that goes on from another one', () => {
  let manifest: Manifest;
  /** all but the manifest */
  const sound: LoggedMessage[] = [];

  beforeAll(async () => {
    let left: readonly string[] = [];
    const onClose = (closing: Closing): void => void (left = composeClosing(closing));
    await runInMemory({ table: FIRST_DAY, config, shards: 1, name: runId('first'), onClose });
    const { closing, hash } = read(left);
    const said: { fact: Fact; payload: string | Uint8Array }[] = left.map((payload) => ({ fact: 'opening', payload }));
    const times: EpochMs[] = [];
    let leaves: readonly string[] = [];
    await runInMemory({
      ...{ table: MARKET, config, shards: 1, name: RUN, opening: closing },
      onClose: (last) => void (leaves = composeClosing(last)),
      watchers: [
        (interval) => {
          times.push(interval.t);
          said.push(...encodeInterval(interval));
        },
      ],
    });
    const [from, to] = [item(times, 0), item(times, times.length - 1)];
    said.push({ fact: 'control', payload: encodeControl(newControl('end-of-bars', to, 'ingest', '')) });
    said.push(...leaves.map((payload) => ({ fact: 'closing' as const, payload })));
    sound.push(...said.map(({ fact, payload }, i) => ({ seq: i + 2, subject: subject(fact), data: Buffer.from(payload) })));
    manifest = {
      ...{ run: RUN, kind: 'backtest', createdAt: epochMs(0), codeVersion: '', codeHash: '', codeCommit: '', nodeVersion: '' },
      ...{ shards: 1, timeframe: '1m', universe: MARKET.symbols, config, configHash: '', sources: [], from, to },
      follows: { run: closing.run, digest: closing.digest, closing: hash },
    };
  });

  function verify(messages: readonly LoggedMessage[], of: Manifest = manifest): Difference | undefined {
    const verifier = new Verifier(of, true);
    for (const message of messages) verifier.offer(message);
    verifier.finish();
    if (verifier.difference === undefined) expect(verifier.intervals).toBeGreaterThan(500);
    return verifier.difference;
  }
  const without = (fact: Fact): LoggedMessage[] => sound.filter((message) => message.subject !== subject(fact));
  const changing = (fact: Fact, from: RegExp | string, to: string): LoggedMessage[] =>
    sound.map((message) => {
      if (message.subject !== subject(fact)) return message;
      return { ...message, data: Buffer.from(Buffer.from(message.data).toString().replace(from, to)) };
    });
  const firstOf = (fact: Fact): number => sound.find((message) => message.subject === subject(fact))?.seq ?? NaN;

  it('verifies with what it took up and what it left', () => {
    expect(verify(sound)).toBeUndefined();
  });

  it('also where somebody commands something once it has told what it leaves', () => {
    const late = { seq: sound.length + 2, subject: subject('control') };
    const data = Buffer.from(encodeControl(newControl('halt', manifest.to, 'ada', 'late')));
    expect(verify([...sound, { ...late, data }])).toBeUndefined();
  });

  it('is found without what it goes on from, also where it never came to its end', () => {
    const missing = { seq: firstOf('bars'), problem: expect.stringContaining('is told whole') };
    expect(verify(without('opening'))).toMatchObject(missing);
    const cut = without('opening').filter((message) => message.subject !== subject('control'));
    expect(verify(cut)).toMatchObject(missing);
  });

  it('is refused with another opening than the manifest names, in its head or in a state', () => {
    expect(() => verify(changing('opening', '"cash":', '"cash":1'))).toThrow('and the manifest names');
    expect(() => verify(changing('opening', /"text":"./, '"text":"#'))).toThrow('are not those that the head names');
    expect(() => verify(sound, { ...manifest, follows: null })).toThrow('this one begins from nothing');
    const other = { run: runId('third'), digest: manifest.follows?.digest ?? '', closing: manifest.follows?.closing ?? '' };
    expect(() => verify(sound, { ...manifest, follows: other })).toThrow('the manifest names third');
  });

  it('differs where it tells otherwise what it leaves', () => {
    expect(verify(changing('closing', '"equity":', '"equity":1'))).toMatchObject({ seq: firstOf('closing') });
  });
});
