import type { Reply } from '../../../../../tools/testing/replay-server.ts';
import type { VendorProblem } from '../vendor-error.ts';
import type { VendorScene } from './vendor-scenes.ts';

/** What may come in place of an answer, whoever is asked and for what, and may be otherwise in a moment. */
export const faultsOf = ({ throttled }: Pick<VendorScene, 'throttled'>): readonly (readonly [string, Reply, VendorProblem])[] => [
  ['a broken server', { status: 500, body: 'oops' }, 'server'],
  ['a busy server', { status: 503, headers: { 'retry-after': '2' } }, 'server'],
  ['a gateway that answers with a page', { status: 502, body: '<html>Bad Gateway</html>' }, 'server'],
  ['a page instead of data', { body: '<!DOCTYPE html><html><body>Hello</body></html>' }, 'malformed'],
  ['a text instead of data', { body: 'Hello' }, 'malformed'],
  ['an empty body', { body: '' }, 'malformed'],
  ['a connection that ends', { fault: 'drop' }, 'unreachable'],
  ['a connection that ends amid the body', { fault: 'cut', body: '{"bars":{}}' }, 'unreachable'],
  ['too many requests', throttled, 'throttled'],
  ['too many requests, with an advice', { ...throttled, headers: { 'retry-after': '3' } }, 'throttled'],
];
