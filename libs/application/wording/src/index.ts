export { at, bp, cashText, dollars, figure, fixed, money, share, shares } from './figures.ts';
export { dataCauseWords, dataLevelWords } from './data-words.ts';
export { barFlagWords, stateFlagWords } from './flag-words.ts';
export { passWords, gateWords, refusalWords, WORDED_GATES, type JudgedGate } from './gate-words.ts';
export { stateLines, WORDED_FIGURES, type StateFigures, type StateLine } from './state-words.ts';
export { actionCountWords, actionWords } from './action-words.ts';
export { tripWords } from './trip-words.ts';
export { channelWords, conditionWords, WORDED_CONDITIONS } from './strategy-words.ts';
export { writeOffWords } from './write-off-words.ts';
