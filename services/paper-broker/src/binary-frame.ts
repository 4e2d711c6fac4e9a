const SHORT_MAX = 125;
const MEDIUM_MAX = 0xffff;
const FINAL_BINARY = 0x82;

/** A whole binary WebSocket message from a server, unmasked (RFC 6455, section 5.2): its head and its payload. */
export function binaryFrame(payload: Uint8Array): readonly [head: Uint8Array, payload: Uint8Array] {
  const { length } = payload;
  if (length <= SHORT_MAX) return [Uint8Array.of(FINAL_BINARY, length), payload];
  if (length <= MEDIUM_MAX) return [Uint8Array.of(FINAL_BINARY, 126, length >> 8, length & 0xff), payload];
  const head = new Uint8Array(10);
  head.set([FINAL_BINARY, 127]);
  new DataView(head.buffer).setBigUint64(2, BigInt(length));
  return [head, payload];
}
