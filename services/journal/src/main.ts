import os from 'node:os';
import { bootstrap } from '@aitrader/runtime-service';
import { JournalModule } from './journal.module.ts';

/** Whoever trades goes first where there is not room for all; the Postgres that is started here comes after them, too. */
const LAST = 10;
os.setPriority(LAST);

await bootstrap('journal', JournalModule);
