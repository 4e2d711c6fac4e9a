import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ticker } from '@aitrader/model';
import { AlpacaStream, type AlpacaStreamOptions } from './alpaca-stream.ts';
import { StreamServer } from '../test/stream-server.ts';

const BAR = {
  T: 'b',
  S: 'AAPL',
  o: 388.985,
  h: 389.13,
  l: 388.975,
  c: 389.12,
  v: 49378,
  n: 461,
  vw: 389.06,
  t: '2021-02-22T19:15:00Z',
};
/** close of that bar */
const CLOSE = Date.parse('2021-02-22T19:16:00Z');

interface Heard {
  readonly what: string;
  readonly said: unknown;
}

describe('the stream of Alpaca', () => {
  let server: StreamServer;
  let stream: AlpacaStream | undefined;
  let heard: Heard[];
  beforeEach(async () => {
    server = await StreamServer.start();
    heard = [];
  });
  afterEach(async () => {
    stream?.close();
    await server.stop();
  });

  function open(options: Partial<AlpacaStreamOptions> = {}): void {
    const note =
      (what: string) =>
      (...said: unknown[]): void =>
        void heard.push({ what, said: said[0] });
    const base = {
      url: server.url,
      keyId: 'KEY',
      secretKey: 'hidden-secret',
      symbols: [ticker('AAPL'), ticker('BRK.B')],
      codec: 'json',
    } as const;
    const timing = {
      silenceMsMax: () => Infinity,
      now: Date.now,
      random: () => 0.5,
      retryMs: { first: 20, most: 100 },
      watchMs: 40,
    };
    stream = new AlpacaStream(
      { ...base, ...timing, ...options },
      {
        connected: note('connected'),
        disconnected: (_at, why) => void heard.push({ what: 'disconnected', said: why }),
        bar: note('bar'),
        halt: (symbol, halted) => void heard.push({ what: 'halt', said: `${symbol} ${halted}` }),
        raw: note('raw'),
        leftAside: note('left-aside'),
        refused: note('refused'),
      },
    );
    stream.open();
  }
  const said = (what: string): unknown[] => heard.filter((one) => one.what === what).map((one) => one.said);
  async function expectSoon(met: () => boolean): Promise<void> {
    for (let i = 0; i < 500 && !met(); i++) await sleep(10);
    expect(met()).toBe(true);
  }

  it.each(['json', 'msgpack'] as const)('logs in, subscribes and passes bars, updates and halts on as %s', async (codec) => {
    open({ codec, heartbeat: 'SPY' });
    await expectSoon(() => said('connected').length === 1);
    expect(server.heard).toEqual([
      { action: 'auth', key: 'KEY', secret: 'hidden-secret' },
      {
        action: 'subscribe',
        bars: ['AAPL', 'BRK.B'],
        updatedBars: ['AAPL', 'BRK.B'],
        statuses: ['AAPL', 'BRK.B'],
        trades: ['SPY'],
      },
    ]);
    const t = codec === 'json' ? BAR.t : new Date(BAR.t);
    server.say(
      { ...BAR, t, unheardOf: [1] },
      { ...BAR, T: 'u', c: 389, t },
      { T: 's', S: 'AAPL', sc: 'H', t },
      { T: 's', S: 'AAPL', sc: 'T', t },
    );
    await expectSoon(() => said('halt').length === 2);
    const bar = {
      symbol: 'AAPL',
      t: CLOSE,
      open: 388.985,
      high: 389.13,
      low: 388.975,
      close: 389.12,
      volume: 49378,
      isUpdate: false,
    };
    expect(said('bar')).toEqual([bar, { ...bar, close: 389, isUpdate: true }]);
    expect(said('halt')).toEqual(['AAPL true', 'AAPL false']);
    expect(said('left-aside')).toEqual([]);
  });

  it('leaves aside what it does not know or cannot read, says so, and goes on', async () => {
    open();
    await expectSoon(() => said('connected').length === 1);
    server.send('<html>bad gateway</html>');
    server.send('[{"T":"b","S":"AAPL","o":1');
    server.say({ T: 'zz' }, { ...BAR, o: 'x' }, { ...BAR, t: 'yesterday' }, { ...BAR, S: 'not a ticker' }, { x: 1 }, BAR);
    await expectSoon(() => said('bar').length === 1);
    expect(said('left-aside').map(String)).toEqual([
      expect.stringContaining('no json'),
      expect.stringContaining('no json'),
      expect.stringContaining('"zz"'),
      expect.stringContaining('o '),
      expect.stringContaining('not an instant'),
      expect.stringContaining('not a ticker'),
      expect.stringContaining('without a kind'),
    ]);
  });

  it('comes back after a dropped connection, again and again, with never more than one', async () => {
    open();
    for (let round = 1; round <= 4; round++) {
      await expectSoon(() => said('connected').length === round);
      server.drop();
      await expectSoon(() => said('disconnected').length === round);
    }
    await expectSoon(() => said('connected').length === 5);
    expect(server.sockets.filter((one) => one.readyState === one.OPEN)).toHaveLength(1);
  });

  it('waits for a stale connection to go when the vendor allows one only', async () => {
    open();
    await expectSoon(() => said('connected').length === 1);
    const first = stream;
    open();
    await expectSoon(() => said('disconnected').some((why) => String(why).includes('connection limit exceeded')));
    first?.close();
    await expectSoon(() => said('connected').length === 2);
  });

  it('replaces a socket that does not answer', async () => {
    open();
    await expectSoon(() => said('connected').length === 1);
    server.script.deaf = true;
    await expectSoon(() => said('disconnected').includes('it does not answer'));
    server.script.deaf = false;
    server.drop();
    await expectSoon(() => said('connected').length >= 2);
  });

  it('replaces a socket that answers but is mute while its heartbeat trades, and takes the last trade for the last sign of life', async () => {
    let silence = 60_000;
    open({ heartbeat: 'SPY', silenceMsMax: () => silence });
    await expectSoon(() => said('connected').length === 1);
    server.say({ T: 't', S: 'SPY', p: 1 });
    await sleep(120);
    expect(said('disconnected')).toEqual([]);
    silence = 80;
    await expectSoon(() => said('disconnected').some((why) => String(why).includes('no trade of SPY')));
  });

  it.each([
    [402, 'APCA_API_KEY_ID'],
    [409, 'plan does not include'],
    [405, 'fewer symbols'],
  ])('ends with what is wrong when a further try would not change it: %i', async (code, words) => {
    server.script.refuse = code;
    open();
    await expectSoon(() => said('refused').length === 1);
    expect(String(said('refused')[0])).toContain(words);
    expect(String(said('refused')[0])).not.toContain('hidden-secret');
    await sleep(150);
    expect(server.connections).toBe(1);
  });

  it.each([
    [401, 'not authenticated'],
    [402, 'auth failed'],
    [407, 'slow client'],
  ])('opens and logs in anew when %i comes in the middle of a stream', async (code, msg) => {
    open();
    await expectSoon(() => said('connected').length === 1);
    server.say({ T: 'error', code, msg }, BAR);
    await expectSoon(() => said('connected').length === 2);
    expect([said('refused'), said('bar')]).toEqual([[], []]);
    expect(server.connections).toBe(2);
    server.say(BAR);
    await expectSoon(() => said('bar').length === 1);
  });

  it('tries again after an error that passes', async () => {
    server.script.refuse = 500;
    open();
    await expectSoon(() => said('disconnected').length >= 2);
    delete server.script.refuse;
    server.drop();
    await expectSoon(() => said('connected').length === 1);
  });
});
