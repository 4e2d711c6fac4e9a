export { anchorMeans, anchorRun, anchorSignerOf, beginAnchoring, type Anchored, type Anchoring } from './anchoring.ts';
export { AnchorRefused, BLOCK_MESSAGES_MAX, type AnchorMeans } from './anchor-log.ts';
export { anchorFilesOf, type ChainProblem } from './anchor-files.ts';
export { checkChain, type ChainMeans, type ChainVerdict } from './chain-check.ts';
export { CannotProve, proofFrom, proofOf, whyNotProved, type InclusionProof } from './inclusion-proof.ts';
export { OUTSIDE_VARIABLE, outsidePlace } from './outside.ts';
