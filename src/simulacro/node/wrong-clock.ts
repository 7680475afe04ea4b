import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeDurably } from '../../disk/durable.ts';
import { instantOf } from '../../format/time.ts';
import { staleAfter } from '../../verdict/publication.ts';
import { allowedSeconds } from '../faults.ts';
import { until } from '../look/clock.ts';
import { DAEMON } from '../look/units.ts';
import { dropInOf } from '../undo/undo.ts';
import { lacksService } from './daemon.ts';
import { untilOnTime } from './on-time.ts';
import { type Actor, headOf, readerSees, type Stage } from './stage.ts';

/**
 * A clock that is wrong. The machine's own is never set: everything else on it would be wrong too. The daemon alone is
 * started with a clock that runs ahead, by libfaketime and a drop-in below /run, which a restart of the machine forgets.
 */

const LIBRARIES = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((arch) => `/usr/lib/${arch}/faketime/libfaketimeMT.so.1`);

/** Ahead by so many seconds more than a corte may be old. */
const BEYOND = 300;

function shiftOf({ rules }: Stage): number {
  return allowedSeconds(rules) + BEYOND;
}

export const WRONG_CLOCK: Actor = {
  async lacks(stage) {
    if (!LIBRARIES.some((file) => existsSync(file)))
      return 'no está libfaketime (apt install libfaketime), y el reloj de la máquina no se toca';
    const { rules, clock } = stage;
    const limit = staleAfter(rules, (await headOf(stage)).statement);
    const isOpen = limit !== null && clock.now() + shiftOf(stage) * 1000 < instantOf(rules.closes_at);
    return isOpen ? await lacksService(stage) : 'la fase cierra antes de que un corte pudiera atrasarse';
  },
  async act(stage, within) {
    await untilOnTime(stage);
    const library = LIBRARIES.find((file) => existsSync(file)) ?? '';
    const file = dropInOf(DAEMON);
    await stage.will({ undo: 'drop-in', unit: DAEMON });
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
    const shift = shiftOf(stage);
    const lines = [`LD_PRELOAD=${library}`, `FAKETIME=+${shift}`, 'DONT_FAKE_MONOTONIC=1'];
    await writeDurably(
      file,
      `# Un simulacro; lo quita: cotejo simulacro undo\n[Service]\n${lines.map((line) => `Environment=${line}\n`).join('')}`,
    );
    await stage.programs.must('systemctl', ['daemon-reload']);
    const begun = stage.clock.elapsed();
    await stage.programs.must('systemctl', ['restart', DAEMON]);
    const found = await until(stage.clock, begun, within, async () => ((await readerSees(stage)).shows === 'aviso' ? true : null));
    const ahead = `con el reloj ${Math.round(shift / 60)} min adelantado`;
    return [
      found === null
        ? { what: `${ahead}, los lectores no vieron el aviso`, met: false, after: null }
        : { what: `${ahead}, los lectores vieron el aviso`, met: true, after: found.after },
    ];
  },
  async after(stage, within) {
    const begun = stage.clock.elapsed();
    let isDue = false;
    const back = await until(stage.clock, begun, within, async () => {
      const now = await readerSees(stage);
      isDue = now.isRightly && now.number === null;
      return now.number;
    });
    const other = isDue
      ? 'no llegó otro corte, y el aviso ya tocaba por la hora de la máquina'
      : 'los lectores no volvieron a ver el corte';
    return [
      back === null
        ? { what: other, met: false, after: null }
        : { what: `los lectores vieron de nuevo el corte ${back.seen}`, met: true, after: back.after },
    ];
  },
};
