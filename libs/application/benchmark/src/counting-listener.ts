import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Somebody at a stream who takes frames and only counts them: what a client makes of them is no part of what is measured. */
export interface CountingListener {
  /** frames so far, those that answered the login included */
  readonly frames: () => number;
  readonly end: () => void;
}

const TEXT = 0x81;
const MASKED = 0x80;
const MEDIUM = 126;
const LONG = 127;
const LENGTH = 0x7f;
const HEAD_BYTES = { short: 2, medium: 4, long: 10 };

/** Connects, logs in and listens to `trade_updates`. */
export async function countingListener(port: number): Promise<CountingListener> {
  const socket = connect(port, '127.0.0.1');
  const counter = newFrameCounter();
  await once(socket, 'connect');
  socket.write(
    `GET /stream HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`,
  );
  counter.take(await afterHead(socket));
  socket.on('data', counter.take);
  socket.write(frameOf({ action: 'authenticate', data: { key_id: 'bench', secret_key: 'bench' } }));
  socket.write(frameOf({ action: 'listen', data: { streams: ['trade_updates'] } }));
  return { frames: counter.frames, end: () => void socket.destroy() };
}

async function afterHead(socket: Socket): Promise<Buffer> {
  let head = Buffer.alloc(0);
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end >= 0) return head.subarray(end + 4);
  }
}

/** A client's frame, masked by zeros, which leave the text as it is. */
function frameOf(message: object): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  return Buffer.concat([Buffer.of(TEXT, MASKED | MEDIUM, text.length >> 8, text.length & 0xff, 0, 0, 0, 0), text]);
}

/** Walks from head to head of a server's frames. */
function newFrameCounter(): { readonly take: (chunk: Buffer) => void; readonly frames: () => number } {
  let [frames, skip] = [0, 0];
  let rest: Buffer = Buffer.alloc(0);
  const take = (chunk: Buffer): void => {
    let bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    for (;;) {
      const passed = Math.min(skip, bytes.length);
      skip -= passed;
      bytes = bytes.subarray(passed);
      const payload = bytes.length < HEAD_BYTES.short ? undefined : payloadOf(bytes);
      if (payload === undefined) break;
      frames += 1;
      skip = payload;
    }
    rest = bytes;
  };
  return { take, frames: () => frames };
}

/** Bytes of a frame, its head included; undefined when not all of the head is there. */
function payloadOf(bytes: Buffer): number | undefined {
  const length = (bytes[1] ?? 0) & LENGTH;
  if (length < MEDIUM) return HEAD_BYTES.short + length;
  if (length < LONG) return bytes.length < HEAD_BYTES.medium ? undefined : HEAD_BYTES.medium + bytes.readUInt16BE(2);
  return bytes.length < HEAD_BYTES.long ? undefined : HEAD_BYTES.long + Number(bytes.readBigUInt64BE(2));
}
