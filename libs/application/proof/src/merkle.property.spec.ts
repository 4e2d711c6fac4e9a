import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HASH_BYTES, leafAt, leafCount, leafHash, pathOf, rootFrom, rootOf } from './merkle.ts';

const sha256 = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
const hex = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString('hex');
const leavesOf = (data: readonly Uint8Array[]): Buffer => Buffer.concat(data.map((each) => leafHash(each)));

/** The tree as RFC 6962 (2.1) defines it, by the largest power of two below the number of leaves. */
function defined(data: readonly Uint8Array[]): Uint8Array {
  if (data.length === 1) return sha256(Buffer.of(0), data[0] ?? Buffer.of());
  let split = 1;
  while (split * 2 < data.length) split *= 2;
  return sha256(Buffer.of(1), defined(data.slice(0, split)), defined(data.slice(split)));
}

const DATA = fc.array(fc.uint8Array({ maxLength: 5 }), { minLength: 1, maxLength: 40 });

describe('a Merkle tree', () => {
  // the data and the roots of the reference implementation of Certificate Transparency
  const KNOWN = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  it.each([
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [4, 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
    [5, '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
    [6, '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
    [7, 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('over %i leaves has the root of RFC 6962', (count, root) => {
    expect(hex(rootOf(leavesOf(KNOWN.slice(0, count).map((text) => Buffer.from(text, 'hex')))))).toBe(root);
  });

  it('has the root that its definition gives', () => {
    fc.assert(fc.property(DATA, (data) => expect(hex(rootOf(leavesOf(data)))).toBe(hex(defined(data)))));
  });

  it('proves each leaf at its own place in its own size', () => {
    fc.assert(
      fc.property(DATA, (data) => {
        const leaves = leavesOf(data);
        const root = hex(rootOf(leaves));
        for (let i = 0; i < data.length; i++) {
          const path = pathOf(leaves, i);
          expect(hex(rootFrom(leafAt(leaves, i), i, data.length, path))).toBe(root);
        }
      }),
    );
  });

  it('proves no other leaf, and none at another place or by a changed path', () => {
    const CHANGE = fc.record({ at: fc.nat(), other: fc.nat(), byte: fc.nat({ max: HASH_BYTES - 1 }) });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), CHANGE, (count, { at, other, byte }) => {
        const leaves = leavesOf(Array.from({ length: count }, (_, i) => Buffer.of(i)));
        const [index, elsewhere] = [at % count, other % count];
        const [root, path, leaf] = [hex(rootOf(leaves)), pathOf(leaves, index), leafAt(leaves, index)];
        if (elsewhere !== index) {
          expect(hex(rootFrom(leafAt(leaves, elsewhere), index, count, path))).not.toBe(root);
          expect(hex(rootFrom(leaf, elsewhere, count, path))).not.toBe(root);
        }
        expect(hex(rootFrom(leaf, index, count, path.slice(1)))).not.toBe(root);
        expect(hex(rootFrom(leaf, index, count, [...path, leaf]))).not.toBe(root);
        const changed = path.map((beside) => Uint8Array.from(beside));
        const first = changed[other % changed.length];
        if (first !== undefined) first[byte] = (first[byte] ?? 0) ^ 1;
        expect(hex(rootFrom(leaf, index, count, changed))).not.toBe(root);
      }),
    );
  });

  it('tells a leaf from a node: the two leaves below a node prove nothing in its place', () => {
    const leaves = leavesOf([Buffer.of(1), Buffer.of(2)]);
    expect(hex(leafHash(leaves))).not.toBe(hex(rootOf(leaves)));
  });

  it('is of one leaf at least, and has paths of its own leaves alone', () => {
    const leaves = leavesOf([Buffer.of(1)]);
    expect(leafCount(leaves)).toBe(1);
    expect(() => rootOf(Buffer.of())).toThrow(RangeError);
    for (const index of [-1, 1, 0.5]) expect(rootFrom(leaves, index, 1, [])).toBeUndefined();
    for (const index of [-1, 1]) expect(() => pathOf(leaves, index)).toThrow(RangeError);
  });
});
