import { type Check, checkOf, type Found, fails, judged, meets, notKnown } from '../check.ts';
import type { Known } from '../known.ts';
import { judgeMachine, type MachineFacts } from './machine.ts';
import { judgeService, judgeUnits, type UnitFacts } from './services.ts';
import { judgeTrust, type TrustFact } from './trust.ts';

/** All that was measured at the IEC, and from there of each node. */
export interface IecFacts {
  readonly machine: MachineFacts;
  readonly trust: Known<TrustFact>;
  readonly signingKey: KeyFact;
  /** whether the newest trust document lets that key sign the phase; null where either is not known */
  readonly maySign: boolean | null;
  readonly sshKey: KeyFact;
  readonly source: Known<SourceFact>;
  readonly difusores: number;
  readonly nodes: readonly NodeSeen[];
  readonly service: UnitFacts;
}

export interface SourceFact {
  readonly files: number;
  /** why the service could not pack it; null where nothing is known against it */
  readonly fault: string | null;
}

export interface KeyFact {
  /** null where that can't be told */
  readonly isUsable: boolean | null;
  /** its fingerprint, or why it can't be used */
  readonly says: string;
}

export interface NodeSeen {
  /** `vanguardia/web1` */
  readonly id: string;
  /** what keeps it from being served, in words; null where nothing does */
  readonly trouble: string | null;
  readonly warnings: readonly string[];
  /** towards the node and from it */
  readonly up: Known<Carried>;
  readonly down: Known<Carried>;
}

export interface Carried {
  /** of content, a second */
  readonly bits: number;
  /** bytes of each request */
  readonly piece: number;
}

/** By smaller requests it may be the server that is slow, and not the link. */
const LEAST_PIECE = 8 * 1024;

/** Of 10 Mbit/s, SSH, TCP and IP take up to a tenth. */
const LEAST_BITS = 9e6;

/** Judges the IEC's machine and every node's link. Pure. @param now ms since the epoch */
export function judgeIec(facts: IecFacts, now: number): Check[] {
  const { nodes, difusores, source } = facts;
  return [
    ...judgeMachine(facts.machine),
    checkOf(
      'cadena',
      judged(facts.trust, (fact) => judgeTrust(fact, now)),
    ),
    checkOf('llave-firma', judgeSigner(facts.signingKey, facts.maySign)),
    checkOf('llave-ssh', judgeKey(facts.sshKey)),
    checkOf('fuente', judged(source, judgeSource)),
    checkOf('difusores', nodes.length > 0 ? meets(`${difusores} Difusores, ${nodes.length} nodos`) : fails('ningún nodo')),
    judgeService('servicio', facts.service, null),
    judgeUnits([facts.service]),
    ...nodes.flatMap(judgeNodeSeen),
  ];
}

function judgeKey({ isUsable, says }: KeyFact): Found {
  if (isUsable === null) return notKnown(says, 'ejecútelo como root');
  return isUsable ? meets(says) : fails(says);
}

function judgeSigner(key: KeyFact, maySign: boolean | null): Found {
  const found = judgeKey(key);
  if (found.verdict !== 'cumple' || maySign !== false) return found;
  return fails(`${key.says} no es de un firmante vigente de la fase`, 'ponga en key la llave que dice el documento de confianza');
}

function judgeSource({ files, fault }: SourceFact): Found {
  if (fault !== null) return fails(fault);
  return files === 0 ? notKnown('está vacía', 'el sistema del PREP la llena') : meets(`${files} archivos`);
}

function judgeNodeSeen({ id, trouble, warnings, up, down }: NodeSeen): Check[] {
  const wrong = trouble === null ? warnings : [trouble];
  return [
    checkOf('nodo', wrong.length > 0 ? fails(wrong.join('; ')) : meets('se llega, y su servicio trabaja'), id),
    checkOf('enlace-subida', judged(up, judgeRate), id),
    checkOf('enlace-bajada', judged(down, judgeRate), id),
  ];
}

function judgeRate({ bits, piece }: Carried): Found {
  const said = `${(bits / 1e6).toFixed(1)} Mbit/s de contenido por SFTP`;
  if (bits >= LEAST_BITS) return meets(said);
  if (piece >= LEAST_PIECE) return fails(said);
  return notKnown(
    `${said}, en peticiones de ${piece} bytes: puede ser el servidor y no el enlace`,
    'actualice cotejo en el nodo y vuelva a medir',
  );
}
