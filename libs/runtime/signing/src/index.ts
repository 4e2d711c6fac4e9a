export { isPublicKey, isSignedBy, newPrivateKey, signerOf, SigningKeyError, type Signer } from './ed25519.ts';
export {
  anchorFileIn,
  readAnchorKeys,
  readPublicKeys,
  readTrustedKeys,
  TrustedKeysError,
  type TrustedKeys,
} from './trusted-keys.ts';
export {
  SEQUENCE_HEADER,
  SIGNATURE_HEADER,
  signCommand,
  isActedOn,
  signOrders,
  whyNotActors,
  whyNotRisks,
  type HeaderOf,
} from './signatures.ts';
export { Admission, ForgedMessageError, type AdmissionState, type ArrivedMessage } from './admission.ts';
export { actorSigner, anchorSigner, makeSigningKeys, riskSigner, signingKeysOf, type SigningKeyFiles } from './key-files.ts';
