export { copyHorizonLaws } from './copy-laws.ts';
export { followBar, type SeenBar } from './follow.ts';
export { clearHorizonLaws, forgetPrices, growHorizonLaws, newHorizonLaws, type HorizonLaws } from './horizon-laws.ts';
export { lawOver, newHorizonLaw, type HorizonLaw } from './law.ts';
export { dofOf } from './tails.ts';
export { SESSION_LENGTH } from './season.ts';
