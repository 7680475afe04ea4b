import { corteFolder, lastNumber, readCorte } from '../../chain/chain-folder.ts';
import type { Code } from '../../format/refusal.ts';
import { instantOf } from '../../format/time.ts';
import type { LinkOptions } from '../../iec/link/open-link.ts';
import { walkOwnTrust } from '../../iec/pack/footing.ts';
import type { ChainView } from '../../iec/record/chain-view.ts';
import { idOf, type NodeTarget } from '../../iec/setup/config.ts';
import { allowedSeconds, FAULTS, type FleetFaultId } from '../faults.ts';
import { altered, byAStranger, type Forged, type Original, repeated } from '../forge.ts';
import { type Barred, barred } from '../gate.ts';
import { noticeSight, type Sight } from '../judge.ts';
import { type Clock, until } from '../look/clock.ts';
import { pageOf, readOriginal } from '../look/original.ts';
import type { Programs } from '../look/programs.ts';
import { readSite, type Seen, showsOf } from '../look/reader.ts';
import { hasSystemd, INSTITUTE, isOf, unitNow } from '../look/units.ts';
import { type Act, seenOf, whyOf } from '../run.ts';
import type { Action } from '../undo/action.ts';
import { type NodeLink, type Says, withNode } from './node-link.ts';

/** The script at the IEC: forged and repeated cortes to every node over its link, and the silence of the Institute. */
export interface Fleet {
  /** the configuration's file, absolute, as the unit names it */
  readonly file: string;
  readonly view: ChainView;
  readonly targets: readonly NodeTarget[];
  readonly link: LinkOptions;
  /** where readers find the phase of the drill, by the Difusor's name, for those that were told */
  readonly sites: ReadonlyMap<string, URL>;
  readonly clock: Clock;
  readonly programs: Programs;
  readonly will: (action: Action) => Promise<void>;
}

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

export function fleetActs(ids: readonly FleetFaultId[], fleet: Fleet): Act[] {
  return ids.flatMap((id): Act[] => {
    const within_seconds = FAULTS[id].within(fleet.view.phase);
    if (id === 'flota-silencio') {
      return [
        { id, node: null, within_seconds, lacks: () => lacksService(fleet), act: () => silence(fleet), after: () => voice(fleet) },
      ];
    }
    return fleet.targets.map((target) => ({
      id,
      node: idOf(target),
      within_seconds,
      lacks: () => Promise.resolve(fleet.view.head === 0 ? 'todavía no hay ningún corte en esta fase' : null),
      act: () => DELIVERED[id](fleet, target),
      after: null,
    }));
  });
}

const PASS = 60;

const DELIVERED = {
  'flota-firma-desconocida': (fleet: Fleet, target: NodeTarget) => refusedBy(fleet, target, byAStranger, 'signer-unknown'),
  'flota-firma-alterada': (fleet: Fleet, target: NodeTarget) => refusedBy(fleet, target, altered, 'signature-invalid'),
  'flota-corte-repetido': replayedTo,
} as const;

async function originalOf({ view }: Fleet, number: number): Promise<Original> {
  const { statement } = await readCorte(view.chain, view.phase.name, number);
  return readOriginal(corteFolder(view.chain, view.phase.name, number), statement);
}

async function refusedBy(fleet: Fleet, target: NodeTarget, forge: (original: Original) => Forged, code: Code): Promise<Sight[]> {
  const forged = forge(await originalOf(fleet, fleet.view.head));
  return withNode(target, fleet.view.phase.name, fleet.link, async (node) => {
    const before = await node.says();
    await node.outbox.newRefusals(true);
    return delivering(fleet, target, node, forged, async (taken) => {
      const found = await until(fleet.clock, fleet.clock.elapsed(), PASS, async () => {
        return (await node.outbox.newRefusals(true)).find(({ delivery }) => delivery === forged.name)?.code ?? null;
      });
      if (found !== null) taken();
      return [codeSight(code, found), ...(await steady(fleet, target, node, before?.number ?? null))];
    });
  });
}

function codeSight(code: Code, found: { readonly seen: string; readonly after: number } | null): Sight {
  if (found === null) return { what: `el nodo no dijo que lo rechazara (${code})`, met: false, after: null };
  return { what: `el nodo lo rechazó: ${found.seen}`, met: found.seen === code, after: found.after };
}

/** A corte that the node says it has: another would be the next one, and none of a drill's business. */
async function replayedTo(fleet: Fleet, target: NodeTarget): Promise<Sight[]> {
  return withNode(target, fleet.view.phase.name, fleet.link, async (node) => {
    const before = await node.says();
    const number = Math.min(before?.number ?? 0, fleet.view.head);
    if (number === 0) return [{ what: 'el nodo dice que no tiene ningún corte de esta fase', met: false, after: null }];
    const forged = repeated(await originalOf(fleet, number));
    await node.outbox.newRefusals(true);
    return delivering(fleet, target, node, forged, async (taken) => {
      const gone = await until(fleet.clock, fleet.clock.elapsed(), PASS, async () =>
        (await node.isWaiting(forged.name)) ? null : true,
      );
      if (gone !== null) taken();
      const refused = (await node.outbox.newRefusals(true)).find(({ delivery }) => delivery === forged.name);
      return [
        gone === null
          ? { what: 'la entrega sigue en la carpeta de llegada', met: false, after: null }
          : { what: 'el nodo la retiró de la carpeta de llegada', met: true, after: gone.after },
        { what: refused ? `el nodo la rechazó: ${refused.code}` : 'no anotó ninguna falla', met: !refused, after: null },
        ...(await steady(fleet, target, node, before?.number ?? null)),
      ];
    });
  });
}

/**
 * Delivers a forgery and looks what comes of it. Once it may have arrived, whatever fails is told as a sight, and what the
 * node did not take is taken back.
 * @param look calls what it is given once the node has taken the delivery out of its inbox
 * @throws Error, Trouble where nothing was delivered, and where the drill was ended and nothing of it is left
 */
async function delivering(
  fleet: Fleet,
  target: NodeTarget,
  node: NodeLink,
  forged: Forged,
  look: (taken: () => void) => Promise<Sight[]>,
): Promise<Sight[]> {
  const lost = await unanswered(node, forged);
  let isTaken = false;
  const looking = () => (lost === null ? look(() => void (isTaken = true)) : Promise.reject(lost));
  const made = lost === null ? 'se entregó; no se pudo ver qué hizo' : 'no se supo si se entregó';
  try {
    const sights = await seenOf(made, fleet.link.signal, looking);
    return isTaken ? sights : [...sights, await takenBack(fleet, target, node, forged)];
  } catch (error) {
    const back = isTaken ? null : await takenBack(fleet, target, node, forged);
    if (back === null || back.met) throw error;
    return [back];
  }
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
async function takenBack(fleet: Fleet, target: NodeTarget, node: NodeLink, forged: Forged): Promise<Sight> {
  const again = () =>
    withNode(target, fleet.view.phase.name, { ...fleet.link, signal: undefined }, (fresh) => fresh.takeBack(forged));
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
async function steady(fleet: Fleet, target: NodeTarget, node: NodeLink, before: number | null): Promise<Sight[]> {
  const now = await node.says();
  const isSteady = now?.shows === 'corte' && before !== null && now.number !== null && now.number >= before;
  const says =
    now === null
      ? 'el nodo no dice qué muestra'
      : `el nodo dice que muestra ${now.shows === 'corte' ? `el corte ${now.number}` : `la página de ${now.shows}`}`;
  const site = fleet.sites.get(target.difusor);
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

/** Of which of the two newest cortes the page of a site is, by its very bytes; null where it is of neither. */
async function signedAt(fleet: Fleet, site: URL): Promise<number | null> {
  const { view } = fleet;
  const last = await newest(fleet);
  for (const number of [last, last - 1].filter((one) => one > 0)) {
    const { manifest } = await readCorte(view.chain, view.phase.name, number);
    const path = pageOf(manifest);
    const seen = await readSite({ url: site, at: null }, path === 'index.html' ? '' : path);
    if (showsOf(seen, view.phase.name) !== 'corte' || seen.sha256 === null) continue;
    if (isPageOf(seen, { number, sha256: manifest.find((entry) => entry.path === path)?.sha256 })) return number;
  }
  return null;
}

/** Whether what was seen is the signed page of a corte; what the site says of its number may not be another. @internal */
export function isPageOf(
  { sha256, corte }: Pick<Seen, 'sha256' | 'corte'>,
  signed: { readonly number: number; readonly sha256: string | undefined },
): boolean {
  return sha256 !== null && sha256 === signed.sha256 && (corte === null || corte === String(signed.number));
}

async function lacksService({ programs, view, file }: Fleet): Promise<string | null> {
  if (view.head === 0 || view.isFinal) return 'no hay un corte que pudiera atrasarse';
  if (!hasSystemd()) return 'esta máquina no corre con systemd';
  if (process.geteuid?.() !== 0) return 'sólo root puede hacerlo';
  const unit = await unitNow(programs, INSTITUTE);
  if (!unit?.isActive) return `${INSTITUTE} no está en marcha`;
  return isOf(unit, file) ? null : `${INSTITUTE} es de otra configuración: no usa ${file}`;
}

/** A node's status is written every 15 s, and nodes are asked one after the other, s. */
const LATEST = 60;
const BETWEEN_MS = 2000;

async function silence(fleet: Fleet): Promise<Sight[]> {
  const { view, clock, programs } = fleet;
  await fleet.will({ undo: 'unit', unit: INSTITUTE });
  await programs.must('systemctl', ['stop', INSTITUTE]);
  const begun = clock.elapsed();
  // The last corte may have been taken after the script began.
  const last = (await readCorte(view.chain, view.phase.name, await newest(fleet))).statement;
  const due = begun + instantOf(last.taken_at) / 1000 + allowedSeconds(view.phase) - clock.now() / 1000;
  const seen = await whenEach(fleet, due + LATEST, (says) => says.shows === 'aviso');
  return fleet.targets.map((target) => {
    const { what, ...rest } = noticeSight(due, seen.get(idOf(target)) ?? null, begun, LATEST, 'el nodo dice que muestra el aviso');
    return { what: `${idOf(target)}: ${what}`, ...rest };
  });
}

async function voice(fleet: Fleet): Promise<Sight[]> {
  const { clock, view } = fleet;
  const begun = clock.elapsed();
  const from = await newest(fleet);
  const seen = await whenEach(
    fleet,
    begun + 2 * view.phase.period_seconds + 120,
    ({ shows, number }) => shows === 'corte' && number !== null && number > from,
  );
  return fleet.targets.map((target) => {
    const at = seen.get(idOf(target));
    return at === undefined
      ? { what: `${idOf(target)}: el nodo no volvió a decir que muestre un corte`, met: false, after: null }
      : { what: `${idOf(target)}: el nodo dice que muestra un corte posterior al ${from}`, met: true, after: at - begun };
  });
}

/** The newest corte of the chain now. */
function newest({ view }: Fleet): Promise<number> {
  return lastNumber(view.chain, view.phase.name);
}

/** Asks all nodes, over and over. @returns for each that came to it when, by the clock that only runs forward, s */
async function whenEach(fleet: Fleet, latest: number, isSo: (says: Says) => boolean): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  while (found.size < fleet.targets.length && fleet.clock.elapsed() < latest) {
    const open = fleet.targets.filter((target) => !found.has(idOf(target)));
    await Promise.all(
      open.map(async (target) => {
        const says = await withNode(target, fleet.view.phase.name, fleet.link, (node) => node.says()).catch(() => null); // asked again
        if (says !== null && isSo(says)) found.set(idOf(target), fleet.clock.elapsed());
      }),
    );
    if (found.size < fleet.targets.length) await fleet.clock.pause(BETWEEN_MS);
  }
  return found;
}
