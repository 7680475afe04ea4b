import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { type KitTrust, makeTrust, nextTrust, signTrust, writeAnchor, writeTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { repository } from '../kit/programs.ts';
import { run } from './run-trust.ts';

/** What `cotejo trust verify` says of a folder. */

/** Three good documents, one of them changed, and what verify says of the folder. */
const verifies = test.macro(
  async (
    t,
    change: (trust: string, documents: KitTrust[]) => Promise<void>,
    expected: { version: number; refused: [number, string] | null },
  ) => {
    const folder = await makeFolder(t);
    const documents = [signTrust(makeTrust())];
    while (documents.length < 3) documents.push(signTrust(nextTrust(documents.at(-1) as KitTrust)));
    const trust = join(folder, 'trust');
    for (const [i, document] of documents.entries()) await writeTrust(document, join(trust, `${i + 1}.json`));
    await writeAnchor(documents[0] as KitTrust, folder);
    await change(trust, documents);
    const { status, stdout } = run(folder, ['verify', 'trust', '--anchor', 'anchor.json', '--json']);
    const { version, refused } = JSON.parse(stdout);
    t.is(status, expected.refused ? 1 : 0);
    t.deepEqual({ version, refused: refused && [refused.version, refused.code] }, expected);
  },
);

test('verify: all three', verifies, async () => {}, { version: 3, refused: null });
test('verify: one signature is missing', verifies, (trust) => rm(join(trust, '2.json.cotaprep.sig')), {
  version: 1,
  refused: [2, 'trust-threshold'],
});
test('verify: a byte was added', verifies, (trust) => writeFile(join(trust, '3.json'), '\n', { flag: 'a' }), {
  version: 2,
  refused: [3, 'trust-malformed'],
});
test('verify: the last document is missing', verifies, (trust) => rm(join(trust, '3.json')), { version: 2, refused: null });
test(
  'verify: two documents changed places',
  verifies,
  async (trust) => {
    await rename(join(trust, '2.json'), join(trust, 'aside'));
    await rename(join(trust, '3.json'), join(trust, '2.json'));
    await rename(join(trust, 'aside'), join(trust, '3.json'));
  },
  { version: 1, refused: [2, 'trust-version'] },
);
test(
  'verify: another first document',
  verifies,
  async (trust) => {
    await writeTrust(signTrust(makeTrust({ title: 'Otra' })), join(trust, '1.json'));
  },
  { version: 1, refused: [1, 'trust-fork'] },
);

test('verify cannot tell where there is nothing to read', async (t) => {
  const folder = await makeFolder(t);
  await writeAnchor(signTrust(makeTrust()), folder);
  await mkdir(join(folder, 'empty'));
  t.is(run(folder, ['verify', 'none', '--anchor', 'anchor.json']).status, 3);
  t.is(run(folder, ['verify', 'empty', '--anchor', 'anchor.json']).status, 3);
  t.is(run(folder, ['verify', 'empty']).status, 2);
});

test('an anchor that nobody signed is refused', async (t) => {
  const folder = await makeFolder(t);
  await writeTrust(signTrust(makeTrust(), ['auditor']), join(folder, 'trust/1.json'));
  const { status, stdout, stderr } = run(folder, ['verify', 'trust', '--anchor', 'trust/1.json', '--json']);
  t.is(status, 1);
  const { refused, ...held } = JSON.parse(stdout);
  t.deepEqual(held, { anchor: null, version: null, sha256: null, expires_at: null });
  t.like(refused, { version: 1, code: 'trust-threshold' });
  t.regex(stderr, /^cotejo: error: trust\/1\.json: trust-threshold: /);
});

test('the example of the format verifies and exports', (t) => {
  const folder = join(repository(), 'test/example');
  const { stdout } = run(folder, ['verify', 'chain/trust', '--anchor', 'anchor.json', '--json']);
  t.like(JSON.parse(stdout), { anchor: 1, version: 2, refused: null });
  t.is(run(folder, ['export', 'chain/trust', '--allowed-signers', '--anchor', 'anchor.json']).status, 0);
});

test('verify: a document that is good, and a custodian who signed another of its number', async (t) => {
  const folder = await makeFolder(t);
  const one = signTrust(makeTrust());
  const other = signTrust(nextTrust(one, { title: 'Otra' }), ['auditor']);
  for (const document of [one, signTrust(nextTrust(one))]) {
    await writeTrust(document, join(folder, `trust/${document.document.version}.json`));
  }
  const verify = () => run(folder, ['verify', 'trust', '--anchor', 'trust/1.json']);
  const expired = verify();
  await writeFile(join(folder, 'trust/2.json.auditor.sig'), other.signatures[0] ?? '');
  const { status, stderr } = verify();
  t.is(status, 0, 'the chain is good');
  const told = stderr.replace(expired.stderr, '');
  t.regex(told, /^cotejo: warning: trust\/2\.json\.auditor\.sig [^\n]*\n$/);
});
