export { isPublicKey, isSignedBy, newPrivateKey, signerOf, SigningKeyError, type Signer } from './ed25519.ts';
export {
  anchorFileIn,
  readAnchorKeys,
  readPublicKeys,
  readTrustedKeys,
  riskFileIn,
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
export {
  actorSigner,
  anchorSigner,
  makeKeysApart,
  makeSigningKeys,
  riskSigner,
  signingKeysOf,
  type KeyApart,
  type SigningKeyFiles,
} from './key-files.ts';
