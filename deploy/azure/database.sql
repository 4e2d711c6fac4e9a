-- Roles of the services in a database that knows people and services by Entra; run once as an administrator, connected to `postgres`.
-- Names are those of the identities: here of the stage `paper`.
SELECT * FROM pgaadauth_create_principal('aitrader-paper-journal', false, false);
SELECT * FROM pgaadauth_create_principal('aitrader-paper-console', false, false);
SELECT * FROM pgaadauth_create_principal('aitrader-paper-scheduler', false, false);
SELECT * FROM pgaadauth_create_principal('aitrader-paper-retraining', false, false);
SELECT * FROM pgaadauth_create_principal('aitrader-paper-compaction', false, false);
SELECT * FROM pgaadauth_create_principal('aitrader-paper-sweep', false, false);
-- The journal makes the tables and writes them; what others may do is granted with the tables (docs/journal.md).
GRANT CONNECT, CREATE ON DATABASE aitrader TO "aitrader-paper-journal";
GRANT CONNECT ON DATABASE aitrader TO "aitrader-paper-console", "aitrader-paper-scheduler", "aitrader-paper-retraining", "aitrader-paper-compaction", "aitrader-paper-sweep";
