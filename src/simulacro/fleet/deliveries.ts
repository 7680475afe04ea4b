import { corteFolder, readCorte } from '../../chain/chain-folder.ts';
import type { Code } from '../../format/refusal.ts';
import type { NodeTarget } from '../../iec/setup/config.ts';
import { altered, byAStranger, type Forged, type Original, repeated } from '../forge.ts';
import type { Sight } from '../judge.ts';
import { until } from '../look/clock.ts';
import { readOriginal } from '../look/original.ts';
import { seenOf, whyOf } from '../run.ts';
import { type Fleet, newest, signedAt } from './fleet.ts';
import { type NodeLink, type Says, withNode } from './node-link.ts';

/** Forged and repeated cortes, delivered to a node over its link. */

/** A fleet with the one of its nodes that a delivery is for. */
interface Aimed extends Fleet {
  readonly target: NodeTarget;
  /** seconds in which what is expected must have been seen */
  readonly within: number;
}

export const DELIVERED = {
  'flota-firma-desconocida': (aimed: Aimed) => refusedBy(aimed, byAStranger, 'signer-unknown'),
  'flota-firma-alterada': (aimed: Aimed) => refusedBy(aimed, altered, 'signature-invalid'),
  'flota-corte-repetido': replayedTo,
} as const;

async function originalOf({ view }: Fleet, number: number): Promise<Original> {
  const { statement } = await readCorte(view.chain, view.phase.name, number);
  return readOriginal(corteFolder(view.chain, view.phase.name, number), statement);
}

async function refusedBy(fleet: Aimed, forge: (original: Original) => Forged, code: Code): Promise<Sight[]> {
  const forged = forge(await originalOf(fleet, fleet.view.head));
  return withNode(fleet.target, fleet.view.phase.name, fleet.link, async (node) => {
    const before = await node.says();
    await node.outbox.newRefusals(true);
    return delivering(fleet, node, forged, async (taken) => {
      const found = await until(fleet.clock, fleet.clock.elapsed(), fleet.within, async () => {
        return (await node.outbox.newRefusals(true)).find(({ delivery }) => delivery === forged.name)?.code ?? null;
      });
      if (found !== null) taken();
      return [codeSight(code, found), ...(await steady(fleet, node, before?.number ?? null))];
    });
  });
}

function codeSight(code: Code, found: { readonly seen: string; readonly after: number } | null): Sight {
  if (found === null) return { what: `el nodo no dijo que lo rechazara (${code})`, met: false, after: null };
  return { what: `el nodo lo rechazó: ${found.seen}`, met: found.seen === code, after: found.after };
}

/** A corte that the node says it has: another would be the next one, and none of a drill's business. */
async function replayedTo(fleet: Aimed): Promise<Sight[]> {
  return withNode(fleet.target, fleet.view.phase.name, fleet.link, async (node) => {
    const before = await node.says();
    if (before === null) throw new Error('el nodo no dice qué corte tiene');
    const number = Math.min(before.number ?? 0, fleet.view.head);
    if (number === 0) throw new Error('el nodo dice que no tiene ningún corte de esta fase');
    const forged = repeated(await originalOf(fleet, number));
    await node.outbox.newRefusals(true);
    return delivering(fleet, node, forged, async (taken) => {
      const gone = await until(fleet.clock, fleet.clock.elapsed(), fleet.within, async () =>
        (await node.isWaiting(forged.name)) ? null : true,
      );
      if (gone !== null) taken();
      const refused = (await node.outbox.newRefusals(true)).find(({ delivery }) => delivery === forged.name);
      return [
        gone === null
          ? { what: 'la entrega sigue en la carpeta de llegada', met: false, after: null }
          : { what: 'el nodo la retiró de la carpeta de llegada', met: true, after: gone.after },
        { what: refused ? `el nodo la rechazó: ${refused.code}` : 'no anotó ninguna falla', met: !refused, after: null },
        ...(await steady(fleet, node, before.number)),
      ];
    });
  });
}

/**
 * Delivers a forgery and looks what comes of it. Once it may have arrived, whatever fails is told as a sight, the end of the
 * drill too, and what the node did not take is taken back.
 * @param look calls what it is given once the node has taken the delivery out of its inbox
 * @throws Error, Trouble where nothing was delivered
 */
async function delivering(
  fleet: Aimed,
  node: NodeLink,
  forged: Forged,
  look: (taken: () => void) => Promise<Sight[]>,
): Promise<Sight[]> {
  const lost = await unanswered(node, forged);
  let isTaken = false;
  const looking = () => (lost === null ? look(() => void (isTaken = true)) : Promise.reject(lost));
  const made = lost === null ? 'se entregó; no se pudo ver qué hizo' : 'no se supo si se entregó';
  const sights = await seenOf(made, fleet.link.signal, looking);
  return isTaken ? sights : [...sights, await takenBack(fleet, node, forged)];
}

/**
 * Delivers. @returns what broke the link before the node's answer came, so that it may have arrived; null where it did
 * @throws Error, Trouble where nothing was delivered
 */
async function unanswered(node: NodeLink, forged: Forged): Promise<Error | null> {
  let isOurs: boolean;
  try {
    isOurs = await node.deliver(forged);
  } catch (error) {
    // A node that still answers, and has nothing of that name, got nothing.
    if (!(await node.isWaiting(forged.name).catch(() => true))) throw error;
    return error instanceof Error ? error : new Error(String(error));
  }
  if (!isOurs) throw new Error(`ya hay una entrega ${forged.name} en la carpeta de llegada`);
  return null;
}

/** By the link that there is or, where that one broke or ended with the drill, by another. */
async function takenBack(fleet: Aimed, node: NodeLink, forged: Forged): Promise<Sight> {
  const again = () =>
    withNode(fleet.target, fleet.view.phase.name, { ...fleet.link, signal: undefined }, (fresh) => fresh.takeBack(forged));
  try {
    const isGone = await node.takeBack(forged).catch(again);
    const what = isGone
      ? 'la entrega ya no está en la carpeta de llegada'
      : `no se pudo retirar la entrega: ${forged.name} sigue en la carpeta de llegada`;
    return { what, met: isGone, after: null };
  } catch (error) {
    const what = `no se pudo retirar la entrega: ${forged.name} puede seguir en la carpeta de llegada: ${whyOf(error)}`;
    return { what, met: false, after: null };
  }
}

/** What the node says it shows and, where the site was told, what readers see there. */
async function steady(fleet: Aimed, node: NodeLink, before: number | null): Promise<Sight[]> {
  const now = await node.says();
  const shown = now?.shows === 'corte' ? now.number : null;
  // Of a corte that the Institute has not made no node can show anything.
  const isSteady = shown !== null && before !== null && before <= shown && shown <= (await newest(fleet));
  const says = shownWords(now);
  const site = fleet.sites.get(fleet.target.difusor);
  if (site === undefined) return [{ what: says, met: isSteady, after: null }];
  const number = await signedAt(fleet, site);
  const isCorte = number !== null;
  return [
    { what: says, met: isSteady, after: null },
    {
      what: isCorte
        ? `los lectores ven el corte ${number}, íntegro, en ${site.host}`
        : `los lectores no ven un corte firmado en ${site.host}`,
      met: isCorte,
      after: null,
    },
  ];
}

function shownWords(now: Says | null): string {
  if (now === null) return 'el nodo no dice qué muestra';
  if (now.shows !== 'corte') return `el nodo dice que muestra la página de ${now.shows}`;
  return `el nodo dice que muestra ${now.number === null ? 'un corte, y no cuál' : `el corte ${now.number}`}`;
}
