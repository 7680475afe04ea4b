import { viewNode } from '../../difusor/open.ts';
import type { Node } from '../../difusor/phase/node.ts';
import type { DifusorConfig } from '../../difusor/setup/config.ts';
import type { Phase } from '../../format/trust.ts';
import { FAULTS, type NodeFaultId } from '../faults.ts';
import { type Barred, barred } from '../gate.ts';
import { until } from '../look/clock.ts';
import { type Timed, timed } from '../plan.ts';
import type { Act } from '../run.ts';
import { NODE_ACTORS } from './actors.ts';
import { readerSees, type Stage } from './stage.ts';

/** The script at a node: whether it may be run, what is missing for each fault, and the faults bound to their stage. */

export interface Gate {
  readonly barred: Barred | null;
  /** null where the trust has no such phase */
  readonly rules: Phase | null;
  readonly election: { readonly name: string; readonly title: string; readonly phases: readonly string[] };
}

/** @param needed seconds that the drill may take. @throws Refusal, Error where the node's state can't be read or believed */
export async function gateOf(config: DifusorConfig, phase: string, now: () => number, needed = 0): Promise<Gate> {
  const node: Node = await viewNode(config, now);
  const { election, title, phases } = node.trust.newest.document;
  const states = phases.map((rules) => ({ rules, shown: node.phases.get(rules.name)?.link.shown()?.public ?? null }));
  return {
    barred: barred(states, phase, now(), needed),
    rules: phases.find(({ name }) => name === phase) ?? null,
    election: { name: election, title, phases: phases.map(({ name }) => name) },
  };
}

/** The faults with their bounds. @param revocation as {@link Stage} has it */
export function nodeTimes(ids: readonly NodeFaultId[], rules: Phase, revocation: string | null): Timed<NodeFaultId>[] {
  return ids.map((id) => timed(id, rules, { isPrepared: revocation !== null }));
}

export function nodeActs(ids: readonly NodeFaultId[], stage: Stage): Act[] {
  return nodeTimes(ids, stage.rules, stage.revocation).map(({ id, within_seconds }) => {
    const { lacks, act, after } = NODE_ACTORS[id];
    return {
      id,
      node: null,
      within_seconds,
      lacks: () => lacks(stage),
      act: () => act(stage, within_seconds),
      after: after === undefined ? null : () => after(stage, FAULTS[id].back(stage.rules)),
    };
  });
}

/** Waits for at most a period and two minutes until readers see a signed corte: a fault is judged by what becomes of it. */
export async function readyAt(stage: Stage): Promise<string | null> {
  const longest = stage.rules.period_seconds + 120;
  const found = await until(stage.clock, stage.clock.elapsed(), longest, async () => (await readerSees(stage)).number);
  return found === null ? `los lectores no veían en ${stage.site.url.href} un corte vigente de ${stage.rules.name}` : null;
}
