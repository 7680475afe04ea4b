import type { Code } from '../../../src/format/refusal.ts';
import { encode, type KitTrust, makeSigner, makeTrust, nextTrust, signTrust } from '../../kit/election.ts';
import { makeKey } from '../../kit/keys.ts';

/** Trust documents that can't follow the one that is held, and the fault of each. */
export type WrongTrust = readonly [what: string, code: Code, make: (held: KitTrust) => KitTrust];

export const WRONG_TRUST: readonly WrongTrust[] = [
  ['no JSON', 'trust-malformed', (held) => ({ ...signTrust(Buffer.from('{')), document: nextTrust(held) })],
  ['another spelling', 'trust-malformed', (held) => signTrust(Buffer.from(JSON.stringify(nextTrust(held))))],
  ['a threshold of zero', 'trust-malformed', (held) => signTrust(nextTrust(held, { threshold: 0 }))],
  ['a threshold above the custodians', 'trust-malformed', (held) => signTrust(nextTrust(held, { threshold: 4 }))],
  ['a signer of no phase', 'trust-malformed', (held) => withSigners(held, makeSigner('nuevo', 'ninguna'))],
  [
    'a key twice, in two roles',
    'trust-malformed',
    (held) => withSigners(held, { ...makeSigner('doble', 'jornada'), key: makeKey('ensayo-1').publicKey }),
  ],
  [
    'a key of low order',
    'trust-malformed',
    (held) => withSigners(held, { ...makeSigner('debil', 'jornada'), key: `ssh-ed25519 ${lowOrder()}` }),
  ],
  ['a document of over 64 KiB', 'too-large', (held) => signTrust(nextTrust(held, { title: 'x'.repeat(66_000) }))],
  ['a version that is not the next', 'trust-version', (held) => signTrust(nextTrust(held, { version: held.document.version + 2 }))],
  ['another forerunner', 'trust-version', (held) => signTrust(nextTrust(held, { previous: 'c'.repeat(64) }))],
  ['another election', 'trust-version', (held) => signTrust(nextTrust(held, { election: 'otra' }))],
  ['a date before the one held', 'trust-version', (held) => signTrust(nextTrust(held, { issued_at: '2018-01-01T00:00:00-06:00' }))],
  ['one signature of two', 'trust-threshold', (held) => signTrust(nextTrust(held), ['presidencia'])],
  ["strangers' signatures", 'trust-threshold', (held) => signTrust(nextTrust(held), ['uno', 'dos', 'tres'])],
  ["signers' signatures", 'trust-threshold', (held) => signTrust(nextTrust(held), ['firma-1', 'relevo-1'])],
  [
    'one custodian under two names',
    'trust-threshold',
    (held) => signTrust(nextTrust(held), { presidencia: makeKey('presidencia'), cotaprep: makeKey('presidencia') }),
  ],
  ['signatures of another namespace', 'trust-threshold', (held) => signTrust(nextTrust(held), undefined, 'corte@cotejo')],
  ['signatures of the document before', 'trust-threshold', (held) => ({ ...signTrust(nextTrust(held)), signedBy: held.signedBy })],
  [
    'a threshold of its own custodians only',
    'trust-threshold',
    (held) => {
      const custodians = ['ajeno-1', 'ajeno-2'].map((name) => ({ name, key: makeKey(name).publicKey }));
      return signTrust(nextTrust(held, { custodians, threshold: 2 }), ['ajeno-1', 'ajeno-2']);
    },
  ],
  [
    'a signer who is gone',
    'trust-rewrites',
    (held) => signTrust(nextTrust(held, { signers: held.document.signers.filter(({ name }) => name !== 'relevo-1') })),
  ],
  ['a signer whose numbers begin elsewhere', 'trust-rewrites', (held) => signTrust(changed(held, 'relevo-1', { first: 5 }))],
  ['a signer who was ended and comes back', 'trust-rewrites', (held) => signTrust(changed(held, 'robada-1', { last: null }))],
  [
    'a phase of another kind',
    'trust-rewrites',
    (held) => {
      const phases = held.document.phases.map((phase) => ({ ...phase, kind: 'oficial' as const }));
      return signTrust(nextTrust(held, { phases }));
    },
  ],
];

/** Another document of a version that is held, as good as the one that is. */
export function otherThan(held: KitTrust): KitTrust {
  return signTrust({ ...held.document, title: `${held.document.title} (bis)` });
}

/** The tests' election with signers whose range does not contain the next corte, and a phase that is over. */
export function richTrust(): KitTrust {
  const plain = makeTrust();
  const [drill] = plain.phases as [(typeof plain.phases)[0]];
  return signTrust({
    ...plain,
    signers: [
      ...plain.signers,
      makeSigner('tarde-1', 'jornada', 900_000),
      makeSigner('robada-1', 'jornada', 1, 0),
      makeSigner('cerrada-1', 'cerrada'),
    ],
    phases: [...plain.phases, { ...drill, name: 'cerrada', closes_at: '2018-07-02T00:00:00-05:00' }],
  });
}

function changed(held: KitTrust, signer: string, change: Partial<ReturnType<typeof makeSigner>>) {
  return nextTrust(held, { signers: held.document.signers.map((s) => (s.name === signer ? { ...s, ...change } : s)) });
}

function withSigners(held: KitTrust, ...more: ReturnType<typeof makeSigner>[]): KitTrust {
  return signTrust(encode(nextTrust(held, { signers: [...held.document.signers, ...more] })));
}

function lowOrder(): string {
  const blob = Buffer.concat([
    Buffer.from([0, 0, 0, 11]),
    Buffer.from('ssh-ed25519'),
    Buffer.from([0, 0, 0, 32]),
    Buffer.from('01'.padEnd(64, '0'), 'hex'),
  ]);
  return blob.toString('base64');
}
