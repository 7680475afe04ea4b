import { statSync } from 'node:fs';
import { instantOf } from '../../format/time.ts';
import { allowedSeconds, NOTICE } from '../faults.ts';
import { noticeSight, type Sight } from '../judge.ts';
import { until } from '../look/clock.ts';
import { DAEMON, GUARD, hasSystemd, isOf, type Unit, unitNow } from '../look/units.ts';
import { beganAt } from '../undo/undo.ts';
import { type Actor, headOf, readerSees, type Stage, watchedSight, whileWatched } from './stage.ts';

/** Faults of the daemon: dead, stuck, gone. They need systemd, which brings it back. */

/** @returns why the daemon is not this node's, under systemd */
export async function lacksService({ programs, file }: Stage): Promise<string | null> {
  if (!hasSystemd()) return 'esta máquina no corre con systemd';
  if (process.geteuid?.() !== 0) return 'sólo root puede hacerlo';
  const unit = await unitNow(programs, DAEMON);
  if (unit === null) return `systemd no tiene ${DAEMON}`;
  if (!unit.isActive || unit.pid === 0) return `${DAEMON} no está en marcha`;
  return isOf(unit, file) ? null : `${DAEMON} no es el servicio de este nodo: no usa ${file}`;
}

async function daemonNow({ programs }: Stage): Promise<Unit> {
  const unit = await unitNow(programs, DAEMON);
  if (!unit || unit.pid <= 1) throw new Error(`${DAEMON} no tiene proceso`);
  return unit;
}

/** It writes its status just before it says that it is ready, ms. */
const BEFORE_READY_MS = 5000;

/** Ended or stopped by a signal, it comes back by itself. */
function signalled(signal: 'SIGKILL' | 'SIGSTOP'): Actor {
  return {
    lacks: lacksService,
    async act(stage, within) {
      const { pid } = await daemonNow(stage);
      const began = await beganAt(pid);
      if (began === null) throw new Error(`${DAEMON} no tiene proceso`);
      await stage.will({ undo: 'process', pid, began, unit: DAEMON });
      const { seen, watched } = await whileWatched(stage, async () => {
        const at = Date.now();
        const begun = stage.clock.elapsed();
        process.kill(pid, signal);
        const back = await until(stage.clock, begun, within, async () => {
          const unit = await unitNow(stage.programs, DAEMON);
          return unit?.isActive && unit.pid !== 0 && unit.pid !== pid ? true : null;
        });
        const sign = await until(stage.clock, begun, within, () => {
          const written = statSync(stage.rooms.status, { throwIfNoEntry: false })?.mtimeMs ?? 0;
          return Promise.resolve(back !== null && written > at + Math.max(0, back.after * 1000 - BEFORE_READY_MS) ? true : null);
        });
        return { back, sign };
      });
      const { back, sign } = seen;
      return [
        back === null
          ? { what: 'systemd no lo inició de nuevo', met: false, after: null }
          : { what: 'systemd lo inició de nuevo', met: true, after: back.after },
        sign === null
          ? { what: 'no volvió a dar señales', met: false, after: null }
          : { what: 'volvió a dar señales', met: true, after: sign.after },
        watchedSight(watched),
      ];
    },
  };
}

/** Seconds by the clock that only runs forward at which the notice is due, by the newest corte. */
async function noticeDue(stage: Stage): Promise<number> {
  const { statement } = await headOf(stage);
  const due = Math.max(instantOf(statement.taken_at), instantOf(stage.rules.opens_at)) / 1000 + allowedSeconds(stage.rules);
  return stage.clock.elapsed() + due - stage.clock.now() / 1000;
}

/** Looks until readers have the notice, which is due by the newest corte. */
export async function untilNotice(stage: Stage, begun: number): Promise<Sight> {
  const due = await noticeDue(stage);
  const found = await until(stage.clock, begun, due - begun + NOTICE, async () =>
    (await readerSees(stage)).shows === 'aviso' ? true : null,
  );
  return noticeSight(due, found === null ? null : begun + found.after, begun, NOTICE);
}

/** @param seconds from now; @param from the corte that was shown before: a newer one is what is waited for */
export async function untilNext(stage: Stage, from: number, seconds: number): Promise<Sight> {
  const begun = stage.clock.elapsed();
  const found = await until(stage.clock, begun, seconds, async () => {
    const { number } = await readerSees(stage);
    return number !== null && number > from ? number : null;
  });
  if (found === null) return { what: `no llegó a los lectores ningún corte posterior al ${from}`, met: false, after: null };
  return { what: `los lectores vieron el corte ${found.seen}`, met: true, after: found.after };
}

/** Stopped, and nobody starts it: the guard shows the notice. */
const stopped: Actor = {
  async lacks(stage) {
    const guard = await unitNow(stage.programs, GUARD);
    return (await lacksService(stage)) ?? (guard?.isActive ? null : `${GUARD} no está en marcha`);
  },
  async act(stage) {
    await stage.will({ undo: 'unit', unit: DAEMON });
    await stage.programs.must('systemctl', ['stop', DAEMON]);
    return [await untilNotice(stage, stage.clock.elapsed())];
  },
  async after(stage, within) {
    const { statement } = await headOf(stage);
    // What waited in the inbox is admitted at once; without any the IEC's next one ends it.
    return [await untilNext(stage, statement.number - 1, within)];
  },
};

export const DAEMONS = {
  'demonio-muerto': signalled('SIGKILL'),
  'demonio-detenido': signalled('SIGSTOP'),
  'servicio-parado': stopped,
} as const satisfies Readonly<Record<string, Actor>>;
