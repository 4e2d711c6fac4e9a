import type { Bin } from '../parity-line.ts';

/** The bins by name, and what is laid to each. */
export const BIN_WORDS: Readonly<Record<Bin, { readonly name: string; readonly means: string }>> = {
  'data-revision': {
    name: 'data revision',
    means: 'bars that read otherwise now than when they were traded on, what would be decided on them, and what that trades',
  },
  latency: { name: 'latency', means: 'shares that both brokers traded, in different intervals' },
  'fill-price': { name: 'fill price', means: 'shares that both traded in the same interval, at different prices' },
  'fill-size': { name: 'fill size', means: 'shares that one broker alone filled, with all that became of them' },
  fee: { name: 'fee', means: 'fees of shares that both traded' },
  rule: { name: 'rule', means: 'another configuration or limit, and commands of operators, which a replay does not hear' },
  'code-version': {
    name: 'code version',
    means: 'what today’s program says otherwise of the same bars, commands and fills than the one that recorded them',
  },
  unexplained: {
    name: 'unexplained',
    means: 'the same of the very program that recorded them, and equity that no fill accounts for',
  },
};
