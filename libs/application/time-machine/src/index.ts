export { executionAtBroker, stagesOf } from './stages.ts';
export { SymbolWalk, type Why, type WhyBar } from './symbol-walk.ts';
export { doubtIn } from './symbol-doubt.ts';
export { otherAnswers, type Decided, type OtherAnswer, type OtherFigure } from './other-answers.ts';
export { endFrame, headFrame, intervalFrame, readTape, TapeError, type Tape, type TapeHead, type TapeInterval } from './tape.ts';
export { decideAgain, partingOf, whyOnTape, type DayParting, type DecidedDay } from './decided-day.ts';
export { TapeWriter } from './tape-writer.ts';
export { changed, figuresOf, figuresUnder, LEFT_OUT, STRATEGY_KINDS, type Change, type FigureAt } from './what-if.ts';
