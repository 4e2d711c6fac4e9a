import { loadBars } from '@aitrader/adapter-bar-sources';
import { sampleMarket, denseMarket, dailyClose, dayBounds } from '@aitrader/core-market';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { runInMemory } from './dist/memory-run.js';
import { readdirSync } from 'node:fs';
const d='/work/shared/data/minute/';
const paths=readdirSync(d).filter(f=>f.startsWith('blaizard')).map(f=>d+f);
const spec:any = process.argv[2]==='dense'?{kind:'synthetic',symbols:Number(process.argv[3]),intervals:Number(process.argv[4])}:{kind:'files',paths};
 const t=performance.now();
 const {table}=await loadBars(spec,{sampleMarket,denseMarket,dailyClose,dayBounds},()=>{throw 0});
 console.log('load',(performance.now()-t).toFixed(0),'ms',table.count);
 for (const shards of [1,1]) { const r=await runInMemory({table,config:SIMULATED_DEFAULTS,shards}); console.log(shards,r.seconds.toFixed(2),'s',(r.bars/r.seconds).toFixed(0),'bars/s',(r.slices/r.seconds).toFixed(0),'slices/s',JSON.stringify(r.counts),r.equity,r.maxDrawdown,r.digest.all); }
