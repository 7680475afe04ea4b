import { readCorte } from '../../chain/chain-folder.ts';
import { instantOf } from '../../format/time.ts';
import { idOf, type NodeTarget } from '../../iec/setup/config.ts';
import { allowedSeconds, FLEET_NOTICE } from '../faults.ts';
import { noticeSight, type Sight } from '../judge.ts';
import { hasSystemd, INSTITUTE, isOf, unitNow } from '../look/units.ts';
import { whyOf } from '../run.ts';
import { type Fleet, newest } from './fleet.ts';
import { type Says, withNode } from './node-link.ts';

/** The Institute falls silent: its service is stopped until every node says that it shows the notice. */

export async function lacksService({ programs, view, file }: Fleet): Promise<string | null> {
  if (view.head === 0 || view.isFinal) return 'no hay un corte que pudiera atrasarse';
  if (!hasSystemd()) return 'esta máquina no corre con systemd';
  if (process.geteuid?.() !== 0) return 'sólo root puede hacerlo';
  const unit = await unitNow(programs, INSTITUTE);
  if (!unit?.isActive) return `${INSTITUTE} no está en marcha`;
  return isOf(unit, file) ? null : `${INSTITUTE} es de otra configuración: no usa ${file}`;
}

export async function silence(fleet: Fleet): Promise<Sight[]> {
  const { view, clock, programs } = fleet;
  await fleet.will({ undo: 'unit', unit: INSTITUTE });
  await programs.must('systemctl', ['stop', INSTITUTE]);
  const [begun, hour] = [clock.elapsed(), clock.now()];
  const dueBy = async (number: number) => {
    const { statement } = await readCorte(view.chain, view.phase.name, number);
    return begun + (instantOf(statement.taken_at) - hour) / 1000 + allowedSeconds(view.phase);
  };
  // The last corte may have been taken after the script began, and stopped on its way to some of the nodes.
  const last = await newest(fleet);
  const lastDue = await dueBy(last);
  const asked = await whenEach(fleet, lastDue + FLEET_NOTICE, ({ shows }) => shows === 'aviso');
  return Promise.all(
    asked.map(async ({ node, found, trouble }) => {
      if (found === null) {
        const { what, ...rest } = noticeSight(lastDue, null, begun, FLEET_NOTICE);
        return { what: `en ${node} ${what}${because(trouble)}`, ...rest };
      }
      const held = Math.min(found.says.number ?? last, last);
      try {
        const who = `el nodo ${node} dice que muestra el aviso del corte ${held}`;
        return noticeSight(await dueBy(held), found.at, begun, FLEET_NOTICE, who);
      } catch (error) {
        // The other nodes are judged all the same.
        return {
          what: `en ${node} no se pudo ver cuándo tocaba el aviso del corte ${held}${because(error)}`,
          met: false,
          after: null,
        };
      }
    }),
  );
}

/** @param within seconds in which every node must say that it shows a later corte */
export async function voice(fleet: Fleet, within: number): Promise<Sight[]> {
  const begun = fleet.clock.elapsed();
  const from = await newest(fleet);
  const isLater = async ({ shows, number }: Says) =>
    shows === 'corte' && number !== null && number > from && number <= (await newest(fleet));
  return (await whenEach(fleet, begun + within, isLater)).map(({ node, found, trouble }) =>
    found === null
      ? { what: `el nodo ${node} no dijo que muestre un corte posterior al ${from}${because(trouble)}`, met: false, after: null }
      : { what: `el nodo ${node} dice que muestra un corte posterior al ${from}`, met: true, after: found.at - begun },
  );
}

/** What became of asking a node. */
interface Asked {
  readonly node: string;
  /** what it said that was waited for, and when, by the clock that only runs forward, s; null where it never did */
  readonly found: { readonly says: Says; readonly at: number } | null;
  /** why it could not be asked the last time; null where it could */
  readonly trouble: unknown;
}

function because(trouble: unknown): string {
  return trouble === null ? '' : ` (${whyOf(trouble)})`;
}

const BETWEEN_MS = 2000;

/** Asks all nodes, over and over, until each came to it or the time is up. */
async function whenEach(fleet: Fleet, latest: number, isSo: (says: Says) => boolean | Promise<boolean>): Promise<Asked[]> {
  const { targets, view, link, clock } = fleet;
  const ask = async (target: NodeTarget): Promise<Asked> => {
    const node = idOf(target);
    try {
      const says = await withNode(target, view.phase.name, link, (open) => open.says());
      return { node, found: says !== null && (await isSo(says)) ? { says, at: clock.elapsed() } : null, trouble: null };
    } catch (trouble) {
      return { node, found: null, trouble };
    }
  };
  let asked = await Promise.all(targets.map(ask));
  while (asked.some(({ found }) => found === null) && clock.elapsed() < latest) {
    await clock.pause(BETWEEN_MS);
    asked = await Promise.all(targets.map((target, i) => (asked[i]?.found ? Promise.resolve(asked[i]) : ask(target))));
  }
  return asked;
}
