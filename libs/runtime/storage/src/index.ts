export { CONTENT_HEAD_BYTES, contentKind, type ContentKind } from './content-kind.ts';
export { sha256OfFile } from './file-hash.ts';
export { ioCode, ioProblem, isMissingFile } from './io-problem.ts';
export { makeFolder } from './make-folder.ts';
export { KeyFileError, keptKey, keyFileOf, keyFolderOf, readKey } from './key-files.ts';
export { requireNew, requireWritable, writeAtomically, type FileContent } from './write-atomically.ts';
