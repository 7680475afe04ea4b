import type { ExecutionContext } from 'ava';
import { runDaemon } from '../../src/difusor/daemon.ts';
import type { Event } from '../../src/difusor/state/events.ts';
import { supervisorOf } from '../../src/service/supervisor.ts';
import { ACUSE_KEY } from './acuse-key.ts';
import { at, makeTrust, NOW, signTrust } from './election.ts';
import { makeFastFolder } from './folders.ts';
import { configIn } from './node.ts';

/** A daemon inside the test, whose clock the test sets; `until` checks after every turn. */
export async function inside(
  t: ExecutionContext,
  trust = signTrust(makeTrust()),
  { folder: given, ...changes }: Parameters<typeof configIn>[2] & { folder?: string } = {},
) {
  const folder = given ?? (await makeFastFolder());
  const config = await configIn(folder, trust, { poll_seconds: 0.02, ...changes });
  const clock = { now: NOW, elapsed: 0 };
  const events: Event[] = [];
  const stop = new AbortController();
  let looks: (() => void)[] = [];
  const turned = () => {
    const all = looks;
    looks = [];
    for (const look of all) look();
  };
  const steps: string[] = [];
  const stepsAwaited: (() => void)[] = [];
  const step = (name: string) => {
    steps.push(name);
    for (const resume of stepsAwaited.splice(0)) resume();
  };
  const surroundings = {
    now: () => clock.now,
    elapsed: () => clock.elapsed,
    acuseKey: ACUSE_KEY,
    heard: (event: Event) => void events.push(event),
    step,
  };
  const running = runDaemon(config, surroundings, supervisorOf({}), stop.signal, { turned });
  t.teardown(async () => {
    stop.abort();
    await running;
  });
  const turn = () => Promise.race([new Promise<void>((resolve) => looks.push(resolve)), running]);
  const turnsUntil = async (what: () => unknown, why: string) => {
    for (let i = 0; i < 500; i++) {
      if (what()) return;
      await turn();
    }
    throw new Error(`500 turns without ${why}`);
  };
  const stepped = () => new Promise<void>((resolve) => stepsAwaited.push(resolve));
  return { folder, config, clock, events, steps, stop, running, stepped, turn, turnsUntil };
}

/** An election of one phase. */
export function onePhase(opens = NOW - 6 * 3600_000) {
  const plain = makeTrust();
  const phases = plain.phases.filter(({ name }) => name === 'jornada').map((phase) => ({ ...phase, opens_at: at(opens) }));
  return signTrust({ ...plain, phases, signers: plain.signers.filter(({ phase }) => phase === 'jornada') });
}

/** What was shown of the phase, in its order: `corte 3`, `aviso null`. */
export const shows = (events: readonly Event[]) =>
  events.flatMap((event) => (event.event === 'published' && event.phase === 'jornada' ? [`${event.public} ${event.number}`] : []));

/** An event as the logs have it, where what is said is the English sentence. */
export function inJson(event: Event | undefined): { readonly event: string; readonly what: string; readonly detail: string } {
  return JSON.parse(JSON.stringify(event ?? {}));
}
