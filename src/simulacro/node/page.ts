import { promises as fs } from 'node:fs';
import { asideOf } from '../../disk/aside.ts';
import { readBounded } from '../../disk/bounded-file.ts';
import { FAULTS } from '../faults.ts';
import type { Sight } from '../judge.ts';
import { until } from '../look/clock.ts';
import { pageOf } from '../look/original.ts';
import type { Shows } from '../look/reader.ts';
import { since } from '../look/record.ts';
import { inTree } from '../undo/undo.ts';
import { type Actor, headOf, markNow, nothingLacks, type ReaderSees, readerSees, type Stage } from './stage.ts';

/** A published page that somebody changed. */

const PAGE_BYTES = 16 * 1024 * 1024;
export const DEFACED: Actor = {
  lacks: nothingLacks,
  async act(stage, within) {
    // A corte that comes in the middle ends the fault by itself; it is then made again.
    for (let tries = 1; ; tries++) {
      const sights = await deface(stage, within);
      if (sights !== null) return sights;
      if (tries === FAULTS['pagina-alterada'].tries) throw new Error('cada vez llegó otro corte antes que el recorrido');
    }
  },
};

/** @returns null where another corte came before anything could be seen */
async function deface(stage: Stage, within: number): Promise<Sight[] | null> {
  const { statement, manifest } = await headOf(stage);
  const { number } = statement;
  const path = pageOf(manifest);
  const entry = manifest.find((one) => one.path === path);
  if (!entry) throw new Error('el corte no tiene archivos');
  const mark = await markNow(stage);
  await stage.will({ undo: 'file', phase: stage.rules.name, number, path, sha256: entry.sha256 });
  await replaceByOther(stage, number, path);
  const begun = stage.clock.elapsed();
  const first = await readerSees(stage);
  const found = await until(stage.clock, begun, within, async () => {
    if ((await headOf(stage)).statement.number !== number) return 'another';
    const told = (await since(mark)).find((one) => one.event === 'altered' && one.path === path && one.number === number);
    return told === undefined ? null : told.restored === true ? 'restored' : 'lost';
  });
  if (found?.seen === 'another') return null;
  const back = await until(stage.clock, begun, within, async () => {
    const now = await readerSees(stage);
    return now.isRightly ? now : null;
  });
  return [
    {
      what:
        found === null
          ? `el recorrido no encontró ${path}`
          : `el recorrido encontró ${path} y ${found.seen === 'restored' ? 'la devolvió' : 'NO pudo devolverla'}`,
      met: found?.seen === 'restored',
      after: found?.after ?? null,
    },
    {
      what: back === null ? 'los lectores no volvieron a ver la página firmada' : sightsOf(first, back.seen),
      met: back !== null,
      after: back?.after ?? null,
    },
  ];
}

/**
 * What readers saw, in Spanish.
 * @param first at once after the page was changed
 * @param back the first look that was as it should be, perhaps the same
 * @internal
 */
export function sightsOf(first: Pick<ReaderSees, 'shows' | 'number' | 'isRightly'>, back: Pick<ReaderSees, 'number'>): string {
  if (first.number !== null) return 'los lectores vieron la página firmada ya al primer vistazo';
  const then = back.number === null ? 'el aviso, que ya tocaba' : 'la página firmada';
  if (!first.isRightly) return `los lectores ${WRONG_SIGHTS[first.shows]}; después vieron ${then}`;
  return `los lectores vieron el aviso, que ya tocaba${back.number === null ? '' : `; después vieron ${then}`}`;
}

const WRONG_SIGHTS: Readonly<Record<Shows, string>> = {
  corte: 'vieron primero la página alterada',
  aviso: 'vieron primero un aviso que no tocaba',
  nada: 'no vieron nada al principio',
};

/** A file with one byte changed takes the other's name, with its owner and mode. The verified content is not touched. */
async function replaceByOther({ rooms, rules }: Stage, number: number, path: string): Promise<void> {
  await inTree(rooms.state, { phase: rules.name, number, path }, async (at, name) => {
    const bytes = await readBounded(at(name), PAGE_BYTES);
    const { uid, gid, mode } = await fs.lstat(at(name));
    const last = bytes.length - 1;
    bytes[last] = (bytes[last] ?? 0) ^ 1;
    const aside = at(asideOf(name));
    const handle = await fs.open(aside, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.chmod(mode & 0o777);
      if (process.geteuid?.() === 0) await handle.chown(uid, gid);
    } finally {
      await handle.close();
    }
    await fs.rename(aside, at(name));
  });
}
