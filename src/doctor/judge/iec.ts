import { type Check, checkOf, type Found, fails, joined, judged, meets, notKnown } from '../check.ts';
import type { Known, Told } from '../known.ts';
import { judgeDrill, type LeftByDrill } from './drill.ts';
import { judgeMachine, type MachineFacts } from './machine.ts';
import { judgeService, judgeUnits, type UnitFacts } from './services.ts';
import { judgeTrust, type TrustFact } from './trust.ts';
import { words } from './words.ts';

/** All that was measured at the IEC, and from there of each node. */
export interface IecFacts {
  readonly machine: MachineFacts;
  readonly trust: Known<TrustFact>;
  readonly signingKey: KeyFact;
  /** what the newest trust document lets that key sign; null where the document, the key or the chain is not known */
  readonly signer: SignerFact | null;
  readonly sshKey: KeyFact;
  readonly source: Known<SourceFact>;
  readonly difusores: number;
  readonly nodes: readonly NodeSeen[];
  readonly service: UnitFacts;
  readonly leftByDrill: LeftByDrill;
  /** null where no tokens are asked for */
  readonly sellos: Known<SellosFact> | null;
}

interface Authority {
  readonly name: string;
  readonly since: string;
  readonly why: Told;
}

/** How it stands with the time-stamp tokens. */
export interface SellosFact {
  readonly authorities: number;
  /** the newest corte that one of them vouched for; 0 where there is none */
  readonly sealed: number;
  readonly silent: readonly Authority[];
  /** whose clocks and ours do not agree */
  readonly clocks: readonly Authority[];
  /** since when nobody asks; null where somebody does */
  readonly idle_since: string | null;
}

export interface SourceFact {
  readonly files: number;
  /** why the service could not pack it; null where nothing is known against it */
  readonly fault: Told | null;
}

export interface KeyFact {
  /** null where that can't be told */
  readonly isUsable: boolean | null;
  /** its fingerprint, or why it can't be used */
  readonly says: Told;
  /** instead of the rule's */
  readonly remedy?: Told;
}

export interface SignerFact {
  /** the number of the corte that comes next */
  readonly next: number;
  /** whether it may sign that one */
  readonly isInRange: boolean;
  /** the last corte that it may sign; null where it has no end, or may sign none of the phase */
  readonly last: number | null;
}

export interface NodeSeen {
  /** `vanguardia/web1` */
  readonly id: string;
  /** what keeps it from being served, in words; null where nothing does */
  readonly trouble: Told | null;
  readonly warnings: readonly Told[];
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
    checkOf('llave-firma', judgeSigner(facts.signingKey, facts.signer)),
    checkOf('llave-ssh', judgeKey(facts.sshKey)),
    checkOf('fuente', judged(source, judgeSource)),
    checkOf('difusores', nodes.length > 0 ? meets(words.difusores(difusores, nodes.length)) : fails(words.noNode)),
    judgeService('servicio', facts.service, null),
    judgeUnits([facts.service]),
    judgeDrill(facts.leftByDrill, words.undoAtIec),
    ...(facts.sellos ? [checkOf('sellos', judged(facts.sellos, judgeSellos))] : []),
    ...nodes.flatMap(judgeNodeSeen),
  ];
}

function judgeKey({ isUsable, says, remedy }: KeyFact): Found {
  if (isUsable === null) return notKnown(says, remedy ?? words.asRoot);
  return isUsable ? meets(says) : fails(says, remedy);
}

function judgeSigner(key: KeyFact, signer: SignerFact | null): Found {
  const found = judgeKey(key);
  if (found.verdict !== 'cumple' || signer === null) return found;
  if (!signer.isInRange) return fails(words.notASigner(key.says, signer.next), words.putSigner);
  return signer.last === null ? found : meets(words.signsUpTo(key.says, signer.last));
}

function judgeSource({ files, fault }: SourceFact): Found {
  if (fault !== null) return fails(fault);
  return files === 0 ? notKnown(words.isEmpty, words.prepFillsIt) : meets(words.files(files));
}

function judgeSellos({ authorities, sealed, silent, clocks, idle_since: idle }: SellosFact): Found {
  if (idle !== null) return fails(words.nobodySeals(idle), 'systemctl enable --now cotejo-iec-sellar.timer');
  const wrong = [
    ...silent.map(({ name, since, why }) => words.silentAuthority(name, since, why)),
    ...clocks.map(({ name, since, why }) => words.otherClock(name, since, why)),
  ];
  if (wrong.length > 0) return fails(joined(wrong, '; '), silent.length === 0 ? 'timedatectl' : undefined);
  return meets(words.sealedUpTo(authorities, sealed));
}

function judgeNodeSeen({ id, trouble, warnings, up, down }: NodeSeen): Check[] {
  const wrong = trouble === null ? warnings : [trouble];
  return [
    checkOf('nodo', wrong.length > 0 ? fails(joined(wrong, '; ')) : meets(words.reached), id),
    checkOf('enlace-subida', judged(up, judgeRate), id),
    checkOf('enlace-bajada', judged(down, judgeRate), id),
  ];
}

function judgeRate({ bits, piece }: Carried): Found {
  const mbits = (bits / 1e6).toFixed(1);
  if (bits >= LEAST_BITS) return meets(words.rate(mbits));
  if (piece >= LEAST_PIECE) return fails(words.rate(mbits));
  return notKnown(words.ratePieces(mbits, piece), words.updateNode);
}
