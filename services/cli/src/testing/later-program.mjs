// Makes the program that loads this first into a later one: its configuration has one key more, `risk.heatMax`.
import { registerHooks } from 'node:module';

/** What a new key costs: a line in each of these files, as they are built. */
const LINES = {
  'contracts/dist/config-schema.js': [
    'shortAllowed: z.boolean()',
    "heatMax: z.number().describe('share'), shortAllowed: z.boolean()",
  ],
  'contracts/dist/config-reading.js': ['KEYS_SINCE = {', "KEYS_SINCE = { 'risk.heatMax': 1,"],
  'configuration/dist/simulated-defaults.js': ['shortAllowed: true', 'heatMax: 0.5, shortAllowed: true'],
};

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    const [, [before, after] = []] = Object.entries(LINES).find(([file]) => url.endsWith(file)) ?? [];
    if (before === undefined) return loaded;
    // A module's source comes as bytes.
    const source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source ?? undefined);
    if (!source.includes(before)) throw new Error(`${url} has no ${before}`);
    return { ...loaded, source: source.replace(before, after) };
  },
});
