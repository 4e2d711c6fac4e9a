// Asks the service in this container for its health: exit code 0 when it is running, 1 when it is not or does not answer.
const port = process.env.AITRADER_HEALTH_PORT;
const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(4_000) }).catch(() => undefined);
process.exit(answer?.ok === true ? 0 : 1);
