export { requireWritable, writeAtomically } from './write-atomically.ts';
