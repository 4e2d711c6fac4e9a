import { DecisionTables1764500000003 } from './decisions.ts';
import { ExecutionTables1764500000004 } from './execution.ts';
import { LineageTables1764500000005 } from './lineage.ts';
import { MarketTables1764500000002 } from './market.ts';
import { ParityTables1764500000006 } from './parity.ts';
import { RunTables1764500000001 } from './runs.ts';
import { Schemas1764500000000 } from './schemas.ts';
import { SweepAndArchiveTables1764500000007 } from './sweeps-and-archives.ts';

/** In the order in which they are made; one that was released is never changed. */
export const MIGRATIONS = [
  Schemas1764500000000,
  RunTables1764500000001,
  MarketTables1764500000002,
  DecisionTables1764500000003,
  ExecutionTables1764500000004,
  LineageTables1764500000005,
  ParityTables1764500000006,
  SweepAndArchiveTables1764500000007,
] as const;
