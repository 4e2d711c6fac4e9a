export { BREAKOUT_COLUMNS, BREAKOUT_STRATEGY, breakoutStage } from './breakout.ts';
export { type BreakoutState } from './breakout-state.ts';
export { type Outlook } from './forward-return.ts';
