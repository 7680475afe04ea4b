import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { beneath } from '../../disk/beneath.ts';
import type { Code } from '../../format/refusal.ts';
import { altered, byAStranger, type Forged, type Original, renamed, repeated } from '../forge.ts';
import type { Sight } from '../judge.ts';
import { until } from '../look/clock.ts';
import { since } from '../look/record.ts';
import { inodeOf } from '../undo/undo.ts';
import { type Actor, markNow, nothingLacks, originalOf, type Stage, steadySight } from './stage.ts';

/** Deliveries that the node must not take. */

function refusedWith(forge: (original: Original) => Forged, code: Code): Actor {
  return {
    lacks: nothingLacks,
    async act(stage, within) {
      const forged = forge(await originalOf(stage));
      const mark = await markNow(stage);
      const begun = await deliver(stage, forged);
      const found = await until(stage.clock, begun, within, async () => {
        const events = await since(mark);
        return events.find((event) => event.event === 'refused' && event.delivery === forged.name)?.code ?? null;
      });
      return [verdictSight(code, found), await steadySight(stage)];
    },
  };
}

function verdictSight(code: Code, found: { readonly seen: string; readonly after: number } | null): Sight {
  if (found === null) return { what: `no se vio que el nodo lo rechazara (${code})`, met: false, after: null };
  if (found.seen !== code) return { what: `el nodo lo rechazó con otro motivo: ${found.seen}`, met: false, after: found.after };
  return { what: `el nodo lo rechazó: ${code}`, met: true, after: found.after };
}

const replay: Actor = {
  lacks: nothingLacks,
  async act(stage, within) {
    const original = await originalOf(stage);
    const forged = repeated(original);
    const mark = await markNow(stage);
    const begun = await deliver(stage, forged);
    const path = join(stage.config.inbox, forged.name);
    const taken = await until(stage.clock, begun, within, async () => ((await inodeOf(path)) === null ? true : null));
    const events = await since(mark);
    const told = events.find((event) => event.delivery === forged.name);
    const again = events.some(
      ({ event, phase, number }) => event === 'admitted' && phase === stage.rules.name && number === original.statement.number,
    );
    return [
      taken === null
        ? { what: 'la entrega sigue en la carpeta de llegada', met: false, after: null }
        : { what: 'el nodo la retiró de la carpeta de llegada', met: true, after: taken.after },
      told || again
        ? { what: `el nodo anotó algo: ${told?.code ?? 'admitido otra vez'}`, met: false, after: null }
        : { what: 'no la admitió otra vez ni anotó falla', met: true, after: null },
      await steadySight(stage),
    ];
  },
};

/**
 * Puts a delivery into the inbox as the IEC's account does: under a name that begins with a dot, whole, and then by one
 * rename. The inbox belongs to that account, so nothing is written through a link.
 * @returns when it got its name, by the clock that only runs forward, s
 */
export async function deliver(stage: Pick<Stage, 'config' | 'will' | 'clock'>, { name, files }: Forged): Promise<number> {
  const { inbox } = stage.config;
  const aside = `.simulacro-${randomBytes(8).toString('hex')}`;
  const owner = await fs.stat(inbox);
  const isRoot = process.geteuid?.() === 0;
  return beneath(inbox, [], async (at) => {
    await fs.mkdir(at(aside), { mode: 0o700 });
    await stage.will({
      undo: 'delivery',
      paths: [join(inbox, aside), join(inbox, name)],
      inode: (await inodeOf(at(aside))) ?? '0:0',
    });
    await beneath(inbox, [aside], async (within, folder) => {
      for (const [file, bytes] of Object.entries(files)) {
        const handle = await fs.open(within(file), 'wx', 0o660);
        try {
          await handle.writeFile(bytes);
          await handle.chmod(0o660);
          if (isRoot) await handle.chown(owner.uid, owner.gid);
        } finally {
          await handle.close();
        }
      }
      if (isRoot) await folder.chown(owner.uid, owner.gid);
      await folder.chmod(0o2770);
    });
    await fs.rename(at(aside), at(name));
    return stage.clock.elapsed();
  });
}

export const DELIVERIES = {
  'firma-desconocida': refusedWith(byAStranger, 'signer-unknown'),
  'firma-alterada': refusedWith(altered, 'signature-invalid'),
  'corte-renombrado': refusedWith(renamed, 'statement-malformed'),
  'corte-repetido': replay,
} as const satisfies Readonly<Record<string, Actor>>;
