export { BREAKOUT_COLUMNS, BREAKOUT_STRATEGY, breakoutStage, findBreakout, type BreakoutFindings } from './breakout.ts';
export { type BreakoutFinding } from './breakout-gates.ts';
export { type BreakoutState } from './breakout-state.ts';
export { type Outlook } from './forward-return.ts';
