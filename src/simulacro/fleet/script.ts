import type { Phase } from '../../format/trust.ts';
import { walkOwnTrust } from '../../iec/pack/footing.ts';
import { idOf, type NodeTarget } from '../../iec/setup/config.ts';
import { FAULTS, type FleetFaultId } from '../faults.ts';
import { type Barred, barred } from '../gate.ts';
import { type Timed, timed } from '../plan.ts';
import type { Act } from '../run.ts';
import { DELIVERED } from './deliveries.ts';
import type { Fleet } from './fleet.ts';
import { lacksService, silence, voice } from './silence.ts';

/** The script at the IEC: forged and repeated cortes to every node over its link, and the silence of the Institute. */

/** @param needed seconds that the drill may take. @throws Refusal, Error where the chain's trust can't be read or believed */
export async function fleetGate(chain: string, phase: string, now: number, needed: number): Promise<Barred | null> {
  const { phases } = (await walkOwnTrust(chain)).newest.document;
  return barred(
    phases.map((rules) => ({ rules, shown: null })),
    phase,
    now,
    needed,
  );
}

/** The faults with their bounds: a delivery once for each node, and the silence once for all. */
export function fleetTimes(ids: readonly FleetFaultId[], rules: Phase, targets: readonly NodeTarget[]): Timed<FleetFaultId>[] {
  return ids.flatMap((id) => {
    const one = timed(id, rules);
    return id === 'flota-silencio' ? [one] : targets.map(() => one);
  });
}

export function fleetActs(ids: readonly FleetFaultId[], fleet: Fleet): Act[] {
  const { view, targets } = fleet;
  return ids.flatMap((id): Act[] => {
    const { within_seconds } = timed(id, view.phase);
    if (id === 'flota-silencio') {
      const after = () => voice(fleet, FAULTS[id].back(view.phase));
      return [{ id, node: null, within_seconds, lacks: () => lacksService(fleet), act: () => silence(fleet), after }];
    }
    return targets.map((target) => ({
      id,
      node: idOf(target),
      within_seconds,
      lacks: () => Promise.resolve(view.head === 0 ? 'todavía no hay ningún corte en esta fase' : null),
      act: () => DELIVERED[id]({ ...fleet, target, within: within_seconds }),
      after: null,
    }));
  });
}
