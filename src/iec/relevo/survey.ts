import { promises as fs } from 'node:fs';
import { areMost, refusersIn, type Visited } from '../link/most.ts';
import type { Trouble } from '../link/trouble.ts';
import type { ChainView } from '../record/chain-view.ts';
import { readEstado } from '../record/estado.ts';
import { type ChainEnd, openMark } from '../record/signed-mark.ts';
import { type IecConfig, idOf, nodesOf } from '../setup/config.ts';
import { clockTrouble } from './clock.ts';
import { type Asking, inquire } from './inquiry.ts';
import { type Answer, claimantsIn, type Demand } from './judge.ts';
import { endOf, lostHere, tooEarly, troubleOf } from './stop.ts';

/** What a person is shown who lets a machine take over: what every node says, and what speaks against it. */
export interface Survey {
  readonly head: ChainEnd;
  /** whether this machine signed the end of its chain itself, and needs nobody's leave */
  readonly isOwn: boolean;
  readonly answers: readonly Answer[];
  /** the Difusores whose word, without proof, speaks against it, now or as the service at work last heard them on our hour */
  readonly claimants: readonly string[];
  /** why it must not sign the next corte; null where nothing speaks against it */
  readonly trouble: Trouble | null;
  /** whether a person may decide otherwise: not over what the IEC's own key has signed */
  readonly mayForce: boolean;
}

/**
 * Asks all nodes, as this machine does before it signs, and writes nothing.
 * @throws Error where the chain or the panel can't be read
 */
export async function survey(config: IecConfig, view: ChainView, asking: Asking): Promise<Survey> {
  const { difusor, panel, chain, relevo_unasked: unasked } = config;
  const head = await endOf(view);
  const mark = await openMark(panel, await fs.realpath(chain));
  const isOwn = await mark.holds(view.phase.name, head, asking.now());
  const { name: phase } = view.phase;
  const demand: Demand = isOwn
    ? {
        kind: 'own',
        overruled: await mark.overruled(phase),
        unasked: (await mark.mayBeAlone(phase, head)) ? Number.POSITIVE_INFINITY : unasked,
      }
    : { kind: 'taken', unasked };
  const { answers, verdict, ahead } = await inquire(difusor, view, { ...asking, difusores: difusor.length, demand });
  const mayForce = !(verdict.kind === 'held' && verdict.sight.isSigned);
  const trouble = verdict.kind === 'free' ? null : troubleOf(verdict, view);
  const early = isOwn ? null : tooEarly(view, asking.now());
  const clock = ahead.length === 0 ? null : clockTrouble(ahead);
  const claimants = [...new Set([...claimantsIn(answers), ...ahead, ...(await refusersOf(config, view))])];
  const lost = await lostHere(panel, view);
  return { head, isOwn, answers, claimants, trouble: lost ?? trouble ?? clock ?? early, mayForce: mayForce && lost === null };
}

/** The Difusores that refuse the hour of the newest corte, as the panel remembers; none, where they are not enough to heed. */
async function refusersOf({ difusor, panel }: IecConfig, { phase, head }: ChainView): Promise<string[]> {
  const estado = await readEstado(panel, phase.name);
  if (estado === null || estado === 'spoiled') return [];
  const nodes = nodesOf({ difusor }).flatMap((target): Visited[] => {
    const known = estado.nodes[idOf(target)];
    return known ? [{ difusor: target.difusor, code: known.trouble?.code ?? null, number: known.number }] : [];
  });
  const refusing = refusersIn(nodes, head);
  return areMost(refusing.length, difusor.length) ? refusing : [];
}
