import test from 'ava';
import { nodeEquation } from '../../src/keys/node-equation.ts';
import { type Corte as Checked, checkAcuse, checkNext, summaryOf } from '../../src/verdict/history.ts';
import { startFrom, succeed, type TrustChain } from '../../src/verdict/trust-chain.ts';
import { type Corte, makeChain, makeCorte, publicationOf } from '../kit/cortes.ts';
import { at, encode, makeSigner, makeTrust, NOW, nextTrust, signTrust } from '../kit/election.ts';
import { makeKey } from '../kit/keys.ts';
import { refuses } from '../kit/refuses.ts';

const trust = signTrust(makeTrust());
const held = startFrom(trust);
const cortes = makeChain(4, { trust, final: true });

function read(chain: readonly Corte[], by: TrustChain = held): Checked[] {
  const checked: Checked[] = [];
  for (const { files } of chain) {
    checked.push(checkNext(by, 'jornada', checked.at(-1) ?? null, files['corte.json'], files['corte.json.sig'], nodeEquation));
  }
  return checked;
}

test('a history is read corte by corte and summed up', (t) => {
  t.deepEqual(summaryOf(held, 'jornada', read(cortes)), {
    phase: 'jornada',
    kind: 'oficial',
    cortes: 4,
    first_taken_at: cortes[0]!.statement.taken_at,
    last_taken_at: cortes[3]!.statement.taken_at,
    head: cortes[3]!.sha256,
    final: true,
    median_gap_seconds: 600,
    longest_gap_seconds: 600,
    signers: ['firma-1'],
  });
});

test('a phase without cortes has no hours and no gaps, one with a single corte no gap', (t) => {
  const none = summaryOf(held, 'simulacro-1', []);
  t.deepEqual([none.cortes, none.head, none.first_taken_at, none.median_gap_seconds], [0, null, null, null]);
  const single = summaryOf(held, 'jornada', read(cortes.slice(0, 1)));
  t.deepEqual([single.cortes, single.median_gap_seconds, single.longest_gap_seconds], [1, null, null]);
  refuses(t, 'wrong-phase', () => summaryOf(held, 'other', []));
});

test('the median of an even number of gaps is the mean of the two in the middle', (t) => {
  const hours = [0, 600, 1300, 1400, 3000].map((seconds) => at(NOW - 7200_000 + seconds * 1000));
  const chain: Corte[] = [];
  for (const [i, takenAt] of hours.entries()) {
    chain.push(makeCorte({ trust, takenAt, files: publicationOf(i + 1), previous: chain.at(-1) ?? null }));
  }
  const { median_gap_seconds, longest_gap_seconds } = summaryOf(held, 'jornada', read(chain));
  t.deepEqual([median_gap_seconds, longest_gap_seconds], [650, 1600]);
});

test('an expired trust document makes no old corte invalid', (t) => {
  const past = signTrust(makeTrust({ now: NOW - 400 * 24 * 3_600_000 }));
  t.is(read(makeChain(2, { trust: past }), startFrom(past)).length, 2);
});

test('a corte that is missing, repeated or of another chain ends the history', (t) => {
  refuses(t, 'statement-malformed', () => read([cortes[0]!, cortes[2]!]));
  refuses(t, 'statement-malformed', () => read([cortes[0]!, cortes[0]!]));
  const other = makeChain(2, { trust, note: 'other' });
  refuses(t, 'fork', () => read([cortes[0]!, other[1]!]));
});

test('a signer that was ended later does not count for the cortes past its end', (t) => {
  const signers = trust.document.signers.map((s) => (s.name === 'firma-1' ? makeSigner('firma-1', 'jornada', 1, 2) : s));
  const ended = succeed(held, signTrust(nextTrust(trust, { signers })));
  t.is(read(cortes.slice(0, 2), ended).length, 2);
  refuses(t, 'signer-out-of-range', () => read(cortes, ended));
});

const node = makeKey('vanguardia-web1');
const nodes = new Set([node.publicKey]);
const acuse = {
  type: 'cotejo/acuse',
  format: 1,
  election: trust.document.election,
  phase: 'jornada',
  number: 2,
  corte: cortes[1]!.sha256,
  difusor: 'vanguardia',
  node: 'web1',
  received_at: at(NOW),
  admitted_at: at(NOW + 1000),
  published_at: null,
};

function check(changes: object, key = node, known: ReadonlySet<string> | null = nodes, namespace = 'acuse@cotejo') {
  const bytes = encode({ ...acuse, ...changes });
  const corteAt = (phase: string, number: number) => (phase === 'jornada' ? cortes[number - 1]?.sha256 : undefined);
  return checkAcuse(bytes, key.signNow(bytes, namespace), trust.document.election, known, corteAt, nodeEquation);
}

test('an acuse is a receipt by a node of a corte of this history', (t) => {
  t.is(check({}).key, node.publicKey);
  t.is(check({}, makeKey('other'), null).key, makeKey('other').publicKey, 'where no node is known it speaks for its key');
});

test('an acuse that is no such receipt is refused with the code of its fault', (t) => {
  refuses(t, 'signer-unknown', () => check({}, makeKey('other')));
  refuses(t, 'signer-unknown', () => check({}, makeKey('firma-1')));
  refuses(t, 'signature-malformed', () => check({}, node, nodes, 'corte@cotejo'));
  refuses(t, 'statement-malformed', () => check({ type: 'cotejo/corte' }));
  refuses(t, 'wrong-election', () => check({ election: 'coahuila-diputaciones-2018' }));
  refuses(t, 'fork', () => check({ corte: 'a'.repeat(64) }));
  refuses(t, 'gap', () => check({ number: 5 }));
  refuses(t, 'gap', () => check({ phase: 'simulacro-1' }));
  const bytes = encode(acuse);
  const other = node.signNow(encode({ ...acuse, number: 1 }), 'acuse@cotejo');
  refuses(t, 'signature-invalid', () => checkAcuse(bytes, other, acuse.election, nodes, () => acuse.corte, nodeEquation));
});

test('a closing hour moved forward later does not condemn a corte that was right in its time', (t) => {
  const last = cortes[3]!.statement.taken_at;
  const earlier = at(Date.parse(last) - 60_000);
  const shortened = succeed(
    held,
    signTrust(nextTrust(trust, { phases: trust.document.phases.map((p) => ({ ...p, closes_at: earlier })) })),
  );
  t.is(read(cortes, shortened).length, 4);
});
