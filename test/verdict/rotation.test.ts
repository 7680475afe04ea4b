import test from 'ava';
import { nodeEquation } from '../../src/keys/node-equation.ts';
import { startFrom, succeed } from '../../src/verdict/trust-chain.ts';
import { type KitTrust, makeCustodian, makeTrust, nextTrust, signTrust } from '../kit/election.ts';
import { refuses } from '../kit/refuses.ts';

/** A document of a story: `2 of a b c` are its threshold and custodians, `by` those who signed it. */
interface Step {
  of: string;
  by: string;
}

/**
 * Stories of custodians who come and go, after the root rotations that conformance suites of The Update Framework try.
 * Each document is checked after the one before it; `reaches` is the last version that may be accepted.
 */
const STORIES: [string, number, Step[]][] = [
  [
    'one custodian gives way to another',
    2,
    [
      { of: '1 of a', by: 'a' },
      { of: '1 of b', by: 'a b' },
    ],
  ],
  [
    'and signatures of strangers change nothing',
    2,
    [
      { of: '1 of a', by: 'a x' },
      { of: '1 of b', by: 'x a y b z' },
    ],
  ],
  [
    'the old one did not sign',
    1,
    [
      { of: '1 of a', by: 'a' },
      { of: '1 of b', by: 'b' },
    ],
  ],
  [
    'the new one did not sign',
    1,
    [
      { of: '1 of a', by: 'a' },
      { of: '1 of b', by: 'a' },
    ],
  ],
  [
    'other custodians sign each time',
    4,
    [
      { of: '3 of a b c d e', by: 'a c d' },
      { of: '3 of a b c d e', by: 'b d e' },
      { of: '3 of a b c d e', by: 'a b c' },
      { of: '3 of a b c d e', by: 'c d e' },
    ],
  ],
  [
    'one too few',
    1,
    [
      { of: '3 of a b c d e', by: 'a b c' },
      { of: '3 of a b c d e', by: 'a b' },
    ],
  ],
  [
    'one of five is replaced',
    2,
    [
      { of: '3 of a b c d e', by: 'a b c' },
      { of: '3 of a b c d f', by: 'a c f d' },
    ],
  ],
  [
    'one of five is replaced, and helps itself in',
    1,
    [
      { of: '3 of a b c d e', by: 'a b c' },
      { of: '3 of a b c d f', by: 'a c f' },
    ],
  ],
  [
    'one of five leaves, whose vote still counts this once',
    1,
    [
      { of: '3 of a b c d e', by: 'a b c' },
      { of: '3 of a b c d', by: 'a c e' },
    ],
  ],
  [
    'all are replaced, with both in office between',
    3,
    [
      { of: '2 of a b c', by: 'a b' },
      { of: '2 of a b c d e f', by: 'b c' },
      { of: '2 of d e f', by: 'd f' },
    ],
  ],
  [
    'all are replaced at once, all having signed',
    2,
    [
      { of: '2 of a b c', by: 'a b' },
      { of: '2 of d e f', by: 'a c d f' },
    ],
  ],
  [
    'all are replaced at once, without the old',
    1,
    [
      { of: '2 of a b c', by: 'a b' },
      { of: '2 of d e f', by: 'd e f' },
    ],
  ],
  [
    'the threshold rises',
    2,
    [
      { of: '1 of a b c', by: 'a' },
      { of: '2 of a b c', by: 'a b' },
    ],
  ],
  [
    'the threshold rises over who signed',
    1,
    [
      { of: '1 of a b c', by: 'a' },
      { of: '2 of a b c', by: 'a' },
    ],
  ],
  [
    'the threshold falls',
    3,
    [
      { of: '2 of a b c', by: 'a b' },
      { of: '1 of a b c', by: 'a b' },
      { of: '1 of a b c', by: 'c' },
    ],
  ],
  [
    'the threshold falls, by a vote of the fallen threshold',
    1,
    [
      { of: '2 of a b c', by: 'a b' },
      { of: '1 of a b c', by: 'a' },
    ],
  ],
  [
    'who has left comes to sign later',
    2,
    [
      { of: '2 of a b c', by: 'a b' },
      { of: '2 of b c d', by: 'a b c d' },
      { of: '2 of a b c', by: 'a b' },
    ],
  ],
  [
    'who has left returns',
    3,
    [
      { of: '2 of a b c', by: 'a b' },
      { of: '2 of b c d', by: 'b c' },
      { of: '2 of a b c', by: 'b c' },
    ],
  ],
  [
    'a good document after a bad one is not reached',
    1,
    [
      { of: '2 of a b c', by: 'a b' },
      { of: '2 of x y z', by: 'x y z' },
      { of: '2 of a b c', by: 'a b c x y z' },
    ],
  ],
];

for (const [story, reaches, steps] of STORIES) {
  test(`${story}: version ${reaches} is reached`, (t) => {
    const documents = written(steps);
    let chain = startFrom(documents[0]!, nodeEquation);
    for (const next of documents.slice(1)) {
      const version = next.document.version;
      if (version <= reaches) chain = succeed(chain, next, nodeEquation);
      else refuses(t, version === reaches + 1 ? 'trust-threshold' : 'trust-version', () => succeed(chain, next, nodeEquation));
    }
    t.is(chain.newest.document.version, reaches);
  });
}

function written(steps: readonly Step[]): KitTrust[] {
  const documents: KitTrust[] = [];
  for (const { of, by } of steps) {
    const [threshold, , ...names] = of.split(' ');
    const changes = { threshold: Number(threshold), custodians: names.map(makeCustodian) };
    const before = documents.at(-1);
    documents.push(signTrust(before ? nextTrust(before, changes) : makeTrust(changes), by.split(' ')));
  }
  return documents;
}
