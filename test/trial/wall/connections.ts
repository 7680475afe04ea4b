import { connect, createServer } from 'node:net';

/**
 * Both ends of many connections, as a process of its own that a test starts in a namespace:
 *
 *   connections.js listen PORT…     takes every connection and keeps it
 *   connections.js connect JOBS     JSON: a list of {@link Job}; prints as JSON how many of each were taken
 */

export interface Job {
  readonly host: string;
  readonly port: number;
  /** addresses of this machine from which to come, in turn */
  readonly from: readonly string[];
  /** all of them are opened at once and kept open until the program ends */
  readonly count: number;
}

/** What has no answer within this is not taken, ms. A dropped connection would be tried again after a second. */
const PATIENCE_MS = 900;

const [what, ...args] = process.argv.slice(2);
if (what === 'listen') {
  for (const port of args)
    createServer((socket) => socket.on('error', () => {})).listen({ port: Number(port), host: '::', backlog: 4096 });
} else if (what === 'connect') {
  const jobs = JSON.parse(args[0] ?? '') as Job[];
  console.log(JSON.stringify(await Promise.all(jobs.map(takenOf))));
  process.exit();
}

async function takenOf({ host, port, from, count }: Job): Promise<number> {
  const taken = await Promise.all(Array.from({ length: count }, (_, i) => isTaken(host, port, from[i % from.length] as string)));
  return taken.filter(Boolean).length;
}

function isTaken(host: string, port: number, localAddress: string): Promise<boolean> {
  const socket = connect({ host, port, localAddress });
  return new Promise((resolve) => {
    // On a busy machine the timer may be seen before what came in time: sockets are looked at once more before it counts.
    setTimeout(() => setImmediate(() => setImmediate(() => resolve(false))), PATIENCE_MS);
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
  });
}
