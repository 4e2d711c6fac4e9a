import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import { agentOf, newAgentDoor, type AgentAnswer } from '@aitrader/application-agents';
import type { OpenHome } from '@aitrader/application-supervision';
import { isRecord, programFile } from '@aitrader/runtime-configuration';
import { HOME } from './console-tokens.ts';

/** Each measure takes a processor: what trades beside it needs the others. */
const MEASURES_MAX = 1;
const MEASURE_MS_MAX = 15 * 60_000;
const WORDS_LENGTH_MAX = 1_000;
/** The revision by which a measure is asked for on standard input: both ends are of this program. */
const PROTOCOL = '2025-06-18';
const [INITIALIZE, CALL] = [1, 2];

/** A request as it came. */
export interface AgentRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  /** what was sent with it, parsed; undefined: nothing */
  readonly body: unknown;
}

/**
 * Lets agents in over HTTP, by their keys, at the same door as on standard input and output: what is proposed takes effect only when a person
 * approves it. What measures a run is asked of a process of its own, so that no agent keeps the console from a person who wants to stop a run.
 */
@Injectable()
export class AgentDoors implements OnApplicationShutdown {
  readonly #home: OpenHome;
  readonly #handler: McpHttpHandler;
  readonly #measuring = new Set<ChildProcess>();

  constructor(@Inject(HOME) home: OpenHome) {
    this.#home = home;
    this.#handler = createMcpHandler(({ authInfo }) => {
      if (authInfo === undefined) throw new Error('nobody is let in without a key');
      return newAgentDoor(home, authInfo.clientId, Date.now, (agent, tool, args) => this.#measure(agent, tool, args));
    });
  }

  /** Whose key it is; undefined of nobody's. */
  nameOf(key: string): string | undefined {
    return agentOf(this.#home.home, key);
  }

  /** Answers what an agent asks. */
  answer(agent: string, { method, url, headers, body }: AgentRequest): Promise<Response> {
    const authInfo = { token: '', clientId: agent, scopes: [] };
    return this.#handler.fetch(new Request(url, { method, headers }), {
      authInfo,
      ...(body === undefined ? {} : { parsedBody: body }),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    for (const child of this.#measuring) child.kill('SIGTERM');
    await this.#handler.close();
  }

  /** @throws Error that an agent is told: when another measure goes on, or this one comes to nothing */
  async #measure(agent: string, tool: string, args: Readonly<Record<string, unknown>>): Promise<AgentAnswer> {
    if (this.#measuring.size >= MEASURES_MAX) throw new Error('a measure goes on already: ask again when it is done');
    const child = spawn(process.execPath, [programFile('cli'), 'mcp', '--agent', agent], {
      cwd: this.#home.home,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, AITRADER_HOME: this.#home.home, AITRADER_SUPERVISED: undefined },
    });
    this.#measuring.add(child);
    const late = setTimeout(() => child.kill('SIGKILL'), MEASURE_MS_MAX);
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (words = `${words}${text}`.slice(-WORDS_LENGTH_MAX)));
    // one that ends early is told of by its end
    child.stdin.on('error', () => undefined);
    const asked = [
      {
        ...{ id: INITIALIZE, method: 'initialize' },
        params: { protocolVersion: PROTOCOL, capabilities: {}, clientInfo: { name: 'console', version: '' } },
      },
      { method: 'notifications/initialized' },
      { id: CALL, method: 'tools/call', params: { name: tool, arguments: args } },
    ];
    try {
      const answered = answerOf(child);
      for (const message of asked) child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
      const answer = await answered;
      if (answer === undefined) throw new Error(`${tool} came to no answer: ${words.trim() || 'its process ended'}`);
      return answer;
    } finally {
      clearTimeout(late);
      child.stdin.end();
      child.kill('SIGTERM');
      this.#measuring.delete(child);
    }
  }
}

/** What a process answers to the call; undefined where it ends before. */
async function answerOf(child: ChildProcess): Promise<AgentAnswer | undefined> {
  if (child.stdout === null) return undefined;
  const gone = new Promise<undefined>((resolve) => child.once('error', () => resolve(undefined)));
  const read = async (lines: AsyncIterable<string>): Promise<AgentAnswer | undefined> => {
    for await (const line of lines) {
      const message: unknown = JSON.parse(line);
      if (isRecord(message) && message['id'] === CALL) return toldIn(message);
    }
    return undefined;
  };
  return Promise.race([read(createInterface({ input: child.stdout })), gone]);
}

/** @throws Error where the call was refused */
function toldIn({ result, error }: Record<string, unknown>): AgentAnswer {
  if (isRecord(error)) throw new Error(String(error['message']));
  if (!isRecord(result) || !Array.isArray(result['content'])) throw new Error('it answered nothing');
  return { ...result, content: result['content'] as AgentAnswer['content'] };
}
