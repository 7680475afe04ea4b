import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { readBounded } from '../../disk/bounded-file.ts';
import { LIMITS } from '../../format/limits.ts';
import { custodianOfFile, deliveryName, trustFile } from '../../format/naming.ts';
import { parseTrust, type Trust } from '../../format/trust.ts';
import type { Forged } from '../forge.ts';
import type { Sight } from '../judge.ts';
import { until } from '../look/clock.ts';
import { type Mark, since } from '../look/record.ts';
import { seenOf } from '../run.ts';
import { deliver } from './deliveries.ts';
import { type Actor, markNow, type Stage, steadySight } from './stage.ts';
import { latestTrust } from './trust-held.ts';

/**
 * A signing key that was stolen. Only the custodians can end it: by a document that they prepared, or by the hand of the
 * operator who asks them for one; then the drill only looks.
 */
export const STOLEN_KEY: Actor = {
  async lacks(stage) {
    if (stage.revocation !== null) return whyNotPrepared(stage, stage.revocation);
    return stage.confirm === null
      ? 'no se dio el documento preparado por los custodios (--revocation) y nadie está a la terminal'
      : null;
  },
  async act(stage, within) {
    const before = await latestTrust(stage.config, stage.clock.now);
    const mark = await markNow(stage);
    let begun: number;
    if (stage.revocation !== null) {
      // What is delivered is what was judged: the folder may hold something else than when it was looked at first.
      const next = await prepared(stage.revocation);
      const why = whyNotNext(next.trust, before);
      if (why !== null) throw new Error(why);
      begun = await deliver(stage, next.forged);
    } else if (
      await stage.confirm?.('Avise ahora a los custodios que la llave del simulacro fue robada. ¿Ya se les avisó? (sí/no)')
    )
      begun = stage.clock.elapsed();
    else throw new Error('nadie confirmó que se avisara a los custodios');
    const made = stage.revocation === null ? 'se avisó a los custodios' : 'se entregó el documento';
    return seenOf(`${made}; no se pudo ver qué hizo el nodo`, stage.stop, () =>
      appliedSights(stage, before, mark, { begun, within }),
    );
  },
};

/**
 * What the node does with the document, once it comes.
 * @param time when it began, by the clock that only runs forward, and how long is waited, s
 */
async function appliedSights(
  stage: Stage,
  before: Trust,
  mark: Mark,
  { begun, within }: { readonly begun: number; readonly within: number },
): Promise<Sight[]> {
  const found = await until(stage.clock, begun, within, async () => {
    const event = (await since(mark)).find(
      (one) => one.event === 'trust' || (one.event === 'refused' && one.delivery?.startsWith('trust-')),
    );
    return event ?? null;
  });
  if (found?.seen.event !== 'trust') {
    const why =
      found === null ? 'no llegó ningún documento de confianza nuevo' : `el nodo rechazó el documento: ${found.seen.code ?? ''}`;
    return [{ what: why, met: false, after: null }];
  }
  const after = await latestTrust(stage.config, stage.clock.now);
  return [
    { what: `el nodo aplicó el documento de confianza ${found.seen.version ?? ''}`, met: true, after: found.after },
    endedSight(before, after, stage.rules.name),
    await steadySight(stage),
  ];
}

/** Whether some signer of the phase may sign less than before. */
function endedSight(before: Trust, after: Trust, phase: string): Sight {
  const ended = before.signers.filter((signer) => {
    const now = after.signers.find(({ name }) => name === signer.name);
    return signer.phase === phase && signer.last === null && now !== undefined && now.last !== null;
  });
  return ended.length === 0
    ? { what: 'el documento no da de baja ninguna llave de esta fase', met: false, after: null }
    : { what: `quedó dada de baja: ${ended.map(({ name }) => name).join(', ')}`, met: true, after: null };
}

/** Its files are the delivery's: a folder with `N.json` and `N.json.<custodian>.sig`. */
async function prepared(folder: string): Promise<{ readonly forged: Forged; readonly trust: Trust }> {
  const names = await fs.readdir(folder);
  const version = Number(names.map((name) => /^([1-9]\d{0,4})\.json$/.exec(name)?.[1]).find((found) => found !== undefined) ?? 0);
  const own = names.filter((name) => name === trustFile(version) || custodianOfFile(name, version) !== null);
  const files = await Promise.all(
    own.map(async (name) => [name, await readBounded(join(folder, name), LIMITS.documentBytes)] as const),
  );
  const trust = parseTrust(files.find(([name]) => name === trustFile(version))?.[1] ?? new Uint8Array());
  return { forged: { name: deliveryName({ kind: 'trust', version }), files: Object.fromEntries(files) }, trust };
}

async function whyNotPrepared(stage: Stage, folder: string): Promise<string | null> {
  let next: Trust;
  try {
    next = (await prepared(folder)).trust;
  } catch {
    return `${folder} no tiene un documento de confianza que se pueda leer`;
  }
  return whyNotNext(next, await latestTrust(stage.config, stage.clock.now));
}

/** It may end signers of drills, and nothing else: no drill changes what the official phases are or who signs them. */
function whyNotNext(next: Trust, held: Trust): string | null {
  if (next.version !== held.version + 1)
    return `el documento preparado es la versión ${next.version}, y el nodo tiene la ${held.version}`;
  const official = ({ phases, signers, custodians, threshold }: Trust) => {
    const names = new Set(phases.filter(({ kind }) => kind === 'oficial').map(({ name }) => name));
    return JSON.stringify([
      phases.filter(({ name }) => names.has(name)),
      signers.filter(({ phase }) => names.has(phase)),
      custodians,
      threshold,
    ]);
  };
  return official(next) === official(held) ? null : 'el documento preparado cambia algo de una fase oficial o de los custodios';
}
