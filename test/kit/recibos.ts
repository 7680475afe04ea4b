import type { Padron } from '../../src/format/padron.ts';
import { type Recibo, recibosText } from '../../src/format/recibos.ts';
import { encode } from './election.ts';
import { makeKey, type TestKey } from './keys.ts';

/**
 * Receipts of one corte, good ones and every way to break them: the command and the script for checking by hand run
 * this one table and must come to one answer.
 */

export const ELECTION = 'coahuila-ayuntamientos-2018';

const node = (difusor: string, name: string) => ({ name, acuse_key: acuseKey(difusor, name).publicKey });

/** Three Difusores with four nodes. */
export const PADRON: Padron = {
  type: 'cotejo/padron',
  format: 1,
  election: ELECTION,
  institute: null,
  difusores: [
    {
      name: 'vanguardia',
      title: 'Vanguardia',
      url: 'https://v.example/',
      logo: null,
      nodes: [node('vanguardia', 'web1'), node('vanguardia', 'web2')],
    },
    { name: 'zocalo', title: 'Zócalo', url: 'https://z.example/', logo: null, nodes: [node('zocalo', 'web1')] },
    { name: 'canal-7', title: 'Canal 7', url: 'https://c.example/', logo: null, nodes: [node('canal-7', 'web1')] },
  ],
};

function acuseKey(difusor: string, name: string): TestKey {
  return makeKey(`acuse of ${difusor} ${name}`);
}

export interface ReciboPlan {
  readonly difusor?: string;
  readonly node?: string;
  readonly key?: TestKey;
  readonly namespace?: string;
  readonly changes?: object;
}

/** What a node signs for a corte: of vanguardia's web1 where nothing else is said. */
export function makeRecibo(corte: { number: number; sha256: string }, plan: ReciboPlan = {}): Recibo {
  const { difusor = 'vanguardia', node: name = 'web1', namespace = 'acuse@cotejo' } = plan;
  const { key = acuseKey(difusor, name) } = plan;
  const acuse = encode({
    type: 'cotejo/acuse',
    format: 1,
    election: ELECTION,
    phase: 'jornada',
    number: corte.number,
    corte: corte.sha256,
    difusor,
    node: name,
    received_at: '2018-07-01T20:30:41-05:00',
    admitted_at: '2018-07-01T20:30:42-05:00',
    published_at: '2018-07-01T20:30:42-05:00',
    ...plan.changes,
  });
  return [acuse.toString(), key.signNow(acuse, namespace).toString()];
}

/** What every reader must find: the nodes of each kind, the receipts that are refused, and the exit status. */
interface Found {
  readonly status: 0 | 1 | 3;
  readonly signed: number;
  readonly difusores: number;
  readonly missing: readonly string[];
  readonly contrary?: readonly string[];
  readonly admitted?: readonly string[];
  readonly unknown?: number;
  /** the codes of what is refused, in the order of the receipts; of the whole file, it alone */
  readonly refused?: readonly string[];
}

interface Case {
  readonly name: string;
  /** the file's bytes; null where there is none */
  readonly file: string | null;
  readonly found: Found;
}

/** @param corte of which the receipts are @returns the table */
export function reciboCases(corte: { number: number; sha256: string }): Case[] {
  const of = (plan: ReciboPlan = {}) => makeRecibo(corte, plan);
  const [v1, v2] = [of(), of({ node: 'web2' })];
  const [z1, c1] = [of({ difusor: 'zocalo' }), of({ difusor: 'canal-7' })];
  const other = { changes: { corte: 'ab'.repeat(32) } };
  const allBut = ['canal-7/web1', 'vanguardia/web1', 'vanguardia/web2', 'zocalo/web1'];
  const lacking = (...names: string[]) => allBut.filter((one) => names.includes(one));
  const good = (name: string, recibos: readonly Recibo[], found: Found) => ({ name, file: recibosText(recibos), found });
  /** web1 of Vanguardia is good, and what stands beside it is refused or says nothing */
  const beside = (name: string, recibo: Recibo, change: Partial<Found> = {}) =>
    good(name, [v1, recibo], {
      status: 1,
      signed: 1,
      difusores: 1,
      missing: lacking('canal-7/web1', 'vanguardia/web2', 'zocalo/web1'),
      ...change,
    });
  const whole = (name: string, file: string, code: string) => ({
    name,
    file,
    found: { status: 1, signed: 0, difusores: 0, missing: allBut, refused: [code] } as const,
  });
  const all = { status: 0, signed: 4, difusores: 3, missing: [] } as const;
  return [
    good('all nodes', [c1, v1, v2, z1], all),
    good('in another order', [z1, v2, c1, v1], all),
    good('one receipt twice', [c1, v1, v1, v2, z1], all),
    good('two of three Difusores', [v1, z1], {
      ...all,
      signed: 2,
      difusores: 2,
      missing: lacking('canal-7/web1', 'vanguardia/web2'),
    }),
    good('held, and not published yet', [of({ changes: { published_at: null } }), v2, z1, c1], {
      ...all,
      signed: 3,
      admitted: ['vanguardia/web1'],
    }),
    good('held first, and published then', [of({ changes: { published_at: null } }), v1, v2, z1, c1], all),
    good('nobody', [], { status: 0, signed: 0, difusores: 0, missing: allBut }),
    { name: 'no file', file: null, found: { status: 3, signed: 0, difusores: 0, missing: allBut } },
    beside('altered', [z1[0].replace('20:30:41', '20:30:40'), z1[1]], { refused: ['signature-invalid'] }),
    beside('the signature of another receipt', [z1[0], c1[1]], { refused: ['signature-invalid'] }),
    beside('signed for another use', of({ difusor: 'zocalo', namespace: 'corte@cotejo' }), { refused: ['signature-malformed'] }),
    beside('a signature that is none', [z1[0], 'zocalo\n'], { refused: ['signature-malformed'] }),
    beside("with another node's key", of({ difusor: 'zocalo', key: acuseKey('canal-7', 'web1') }), {
      refused: ['signer-out-of-range'],
    }),
    beside('of a node that nobody knows', of({ difusor: 'radio' }), { status: 0, unknown: 1 }),
    beside('with a key that nobody knows', of({ difusor: 'zocalo', key: makeKey('stranger') }), { status: 0, unknown: 1 }),
    beside('of another phase', of({ difusor: 'zocalo', changes: { phase: 'simulacro-1' } }), { refused: ['wrong-phase'] }),
    beside('of another number', of({ difusor: 'zocalo', changes: { number: corte.number + 1 } }), {
      refused: ['delivery-malformed'],
    }),
    beside('of another election', of({ difusor: 'zocalo', changes: { election: 'otra' } }), { refused: ['wrong-election'] }),
    beside('signed, and no acuse', of({ difusor: 'zocalo', changes: { more: 1 } }), { refused: ['statement-malformed'] }),
    beside('for another corte of this number', of({ difusor: 'zocalo', ...other }), {
      missing: lacking('canal-7/web1', 'vanguardia/web2'),
      contrary: ['zocalo/web1'],
    }),
    good('one node for two cortes of one number', [c1, v1, of(other), v2, z1], {
      ...all,
      status: 1,
      signed: 3,
      contrary: ['vanguardia/web1'],
    }),
    whole('no JSON', 'acuses\n', 'statement-malformed'),
    whole('an object', '{}\n', 'statement-malformed'),
    whole('JSON that is spelled another way', `${JSON.stringify([v1])}\n`, 'statement-malformed'),
    whole('a third member', `[\n${JSON.stringify([...v1, ''])}\n]\n`, 'statement-malformed'),
    whole('a byte after the end', `${recibosText([v1])} `, 'statement-malformed'),
    whole('no end', recibosText([v1, v2]).slice(0, -2), 'statement-malformed'),
    whole('another first line', recibosText([v1, v2]).replace('[', '{'), 'statement-malformed'),
    whole('an accent', recibosText([['á', v1[1]]]), 'statement-malformed'),
    whole('no last newline', recibosText([v1, v2]).slice(0, -1), 'statement-malformed'),
    whole('over 4,096 receipts', recibosText(Array.from({ length: 4097 }, () => v1)), 'too-large'),
    whole('over 8 MiB', recibosText([v1, ['x'.repeat(8 * 1024 * 1024), '']]), 'too-large'),
  ];
}
