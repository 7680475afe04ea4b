import { Agent, get } from 'node:http';

/**
 * Readers of a site, as a process of its own that a test starts in a namespace, until it is ended:
 *
 *   reader.js HOST PATIENCE FROM…
 *
 * For each address one that keeps its cookies as a browser does, and asks for the first page again as soon as it has an
 * answer, ten times a second at most, and gives up a question after PATIENCE ms. Each answer is a line of JSON, a {@link Seen}.
 */

export interface Seen {
  readonly from: string;
  /** ms since the epoch, when it was asked for */
  readonly at: number;
  /** null where nobody answered in time */
  readonly status: number | null;
  /** the number of the corte that was shown, null where none was */
  readonly corte: number | null;
}

const EVERY_MS = 100;

const [host = '', patience, ...addresses] = process.argv.slice(2);
for (const from of addresses) void readOn(from);

async function readOn(from: string): Promise<never> {
  const jar = new Map<string, string>();
  let agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (;;) {
    const at = Date.now();
    const seen = await ask(from, agent, jar);
    if (seen.status === null) {
      agent.destroy();
      agent = new Agent({ keepAlive: true, maxSockets: 1 });
    }
    console.log(JSON.stringify({ from, at, ...seen }));
    await new Promise((resolve) => setTimeout(resolve, Math.max(10, at + EVERY_MS - Date.now())));
  }
}

function ask(localAddress: string, agent: Agent, jar: Map<string, string>): Promise<Pick<Seen, 'status' | 'corte'>> {
  const headers = { Host: 'prep.example', Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') };
  return new Promise((resolve) => {
    const nobody = () => resolve({ status: null, corte: null });
    const asked = get({ host, localAddress, agent, headers, path: '/' }, (answer) => {
      for (const cookie of answer.headers['set-cookie'] ?? []) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        jar.set(name, value);
      }
      const corte = answer.statusCode === 200 ? Number(answer.headers['cotejo-corte']) : null;
      answer.resume().on('error', nobody);
      answer.on('end', () => resolve({ status: answer.statusCode ?? null, corte }));
    }).on('error', nobody);
    setTimeout(() => (nobody(), asked.destroy()), Number(patience)).unref();
  });
}
