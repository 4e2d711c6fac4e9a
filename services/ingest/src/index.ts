export { IngestHost } from './ingest.host.ts';
