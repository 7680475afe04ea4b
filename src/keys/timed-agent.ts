import type { Duplex } from 'node:stream';
import ssh2 from 'ssh2';
import { ToldError } from '../format/said.ts';
import { words } from './words.ts';

/** How long an ssh-agent that takes what it is asked may say nothing, ms. */
export interface AgentPatience {
  /** until it has listed its keys */
  readonly list: number;
  /** until it has signed; it may ask a person, who touches a token */
  readonly sign: number;
}

export const AGENT_PATIENCE: AgentPatience = { list: 10_000, sign: 60_000 };

/**
 * An ssh-agent every answer of which has a total of time; ssh2's own waits without end. After it the connection is closed,
 * and what was asked fails with a ToldError. Each question has a connection of its own.
 */
export class TimedAgent extends ssh2.OpenSSHAgent {
  readonly #ms: number;

  constructor(socket: string, ms: number) {
    super(socket);
    this.#ms = ms;
  }

  override getStream(done: (error?: Error | null, stream?: Duplex) => void): void {
    super.getStream((error, stream) => {
      const over = () => stream?.destroy(new ToldError(words.agentTime(this.#ms / 1000)));
      const timer = stream && setTimeout(over, this.#ms);
      stream?.once('close', () => clearTimeout(timer));
      done(error, stream);
    });
  }
}
