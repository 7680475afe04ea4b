import { deliveryName } from '../format/naming.ts';
import { blameFor } from './blame.ts';
import { type Bringing, bringCorte } from './bring.ts';
import { NotBegun } from './deliveries.ts';
import type { Holdings } from './holdings.ts';
import type { OwnNode } from './own-node.ts';
import type { SiteReads } from './site.ts';
import type { Standing } from './standing.ts';
import { words } from './words.ts';

/** One corte that is to be fetched, from these mirrors; it ends early where the node has it meanwhile. */
export type Job = (phase: string, number: number, sites: readonly SiteReads[]) => Promise<void>;

export interface JobParts {
  readonly look: () => Promise<OwnNode>;
  readonly holdings: Holdings;
  readonly bringing: Bringing;
  readonly standing: Standing;
  readonly stop: AbortSignal;
  /** what could not be brought is left alone for a while */
  readonly putOff: (delivery: string) => void;
}

/** ms between two looks whether it came another way. */
const COME_MS = 1000;

export function newJob({ look, holdings, bringing, standing, stop, putOff }: JobParts): Job {
  async function hasCome(phase: string, number: number): Promise<boolean> {
    const head = (await look()).phases.find(({ name }) => name === phase)?.head;
    await standing.write();
    return (head?.statement.number ?? 0) >= number;
  }

  return async (phase, number, sites) => {
    if (stop.aborted) return; // the signal came while it was found out what to bring
    const delivery = deliveryName({ kind: 'corte', phase, number });
    const ended = new AbortController();
    const end = () => ended.abort();
    stop.addEventListener('abort', end);
    const watch = setInterval(() => {
      hasCome(phase, number).then(
        (has) => (has ? end() : undefined),
        () => {}, // the next turn tells what can't be read
      );
    }, COME_MS);
    try {
      const result = await bringCorte(bringing, holdings.trust(), holdings.head(phase), { phase, number }, sites, ended.signal);
      if ('trust' in result) {
        standing.broughtTrust(result.trust.newest.document.version - holdings.trust().newest.document.version);
        holdings.broughtTrust(result.trust);
      } else holdings.brought(phase, result);
    } catch (error) {
      if (ended.signal.aborted) return; // the signal, or it came another way
      if (error instanceof NotBegun) return; // the one before it is told, and put off
      if (blameFor(error) === null) standing.failed(words.fetching(delivery), error, delivery);
      else standing.troubled(error, delivery);
      putOff(delivery);
    } finally {
      clearInterval(watch);
      stop.removeEventListener('abort', end);
      standing.ended();
    }
  };
}
