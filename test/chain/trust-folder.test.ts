import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  readAnchor,
  readAnchorSignatures,
  readSignatures,
  readSignedTrust,
  walkTrustFolder,
} from '../../src/chain/trust-folder.ts';
import { type KitTrust, makeTrust, nextTrust, signTrust, writeAnchor, writeTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey } from '../kit/keys.ts';
import { repository } from '../kit/programs.ts';

/** A folder trust/ with the documents 1 to n, the anchor being one of them. */
async function makeWalk(t: ExecutionContext, n: number, anchor: number, change: (documents: KitTrust[]) => void = () => {}) {
  const folder = await makeFolder(t);
  const documents = [signTrust(makeTrust())];
  while (documents.length < n) documents.push(signTrust(nextTrust(documents.at(-1) as KitTrust)));
  change(documents);
  const anchorFile = await writeAnchor(documents[anchor - 1] as KitTrust, folder);
  const trust = join(folder, 'trust');
  for (const [i, document] of documents.entries()) await writeTrust(document, join(trust, `${i + 1}.json`));
  return { anchorFile, trust, documents };
}

const found = async (anchorFile: string, folder: string) => {
  const { chain, refused } = await walkTrustFolder(anchorFile, folder);
  return {
    held: [...chain.held.keys()].sort((a, b) => a - b),
    newest: chain.newest.document.version,
    code: refused?.code,
    at: refused?.version,
  };
};
const good = (held: number[], newest: number) => ({ held, newest, code: undefined, at: undefined });

test('the walk goes up to the newest document and back to the first', async (t) => {
  const { anchorFile, trust } = await makeWalk(t, 4, 2);
  t.deepEqual(await found(anchorFile, trust), good([1, 2, 3, 4], 4));
});

test('without a folder the anchor is all that is held', async (t) => {
  const { anchorFile, trust } = await makeWalk(t, 1, 1);
  await rm(trust, { recursive: true });
  t.deepEqual(await found(anchorFile, trust), good([1], 1));
});

test('a missing document ends the walk, even if later ones are there', async (t) => {
  const { anchorFile, trust } = await makeWalk(t, 4, 1);
  await rm(join(trust, '3.json'));
  t.deepEqual(await found(anchorFile, trust), good([1, 2], 2));
});

test('the folder need not repeat the anchor', async (t) => {
  const { anchorFile, trust } = await makeWalk(t, 3, 2);
  await rm(join(trust, '2.json'));
  t.deepEqual(await found(anchorFile, trust), good([1, 2, 3], 3));
});

test('a bad N + 1 stops before a good N + 2', async (t) => {
  const { anchorFile, trust } = await makeWalk(t, 4, 1);
  await rm(join(trust, '3.json.cotaprep.sig'));
  t.deepEqual(await found(anchorFile, trust), { held: [1, 2], newest: 2, code: 'trust-threshold', at: 3 });
});

test('a document under another name is refused', async (t) => {
  const { anchorFile, trust } = await makeWalk(t, 3, 1);
  await rename(join(trust, '3.json'), join(trust, 'aside'));
  await writeFile(join(trust, '3.json'), (await readSignedTrust(trust, 2))?.bytes ?? '');
  t.deepEqual(await found(anchorFile, trust), { held: [1, 2], newest: 2, code: 'trust-version', at: 3 });
});

test('another document in the place of the anchor is a fork', async (t) => {
  const { anchorFile, trust } = await makeWalk(t, 2, 2);
  const { documents } = await makeWalk(t, 1, 1);
  await writeTrust(signTrust(nextTrust(documents[0] as KitTrust, { title: 'Another' })), join(trust, '2.json'));
  t.deepEqual(await found(anchorFile, trust), { held: [2], newest: 2, code: 'trust-fork', at: 2 });
});

test('an older document must be the one that its successor names', async (t) => {
  const { anchorFile, trust } = await makeWalk(t, 3, 2);
  await writeTrust(signTrust(makeTrust({ title: 'Another' })), join(trust, '1.json'));
  t.deepEqual(await found(anchorFile, trust), { held: [2, 3], newest: 3, code: 'trust-version', at: 1 });
});

test('an anchor without the signatures of its custodians is not believed', async (t) => {
  const { anchorFile, trust } = await makeWalk(t, 1, 1);
  await rm(`${anchorFile}.presidencia.sig`);
  await t.throwsAsync(walkTrustFolder(anchorFile, trust), { code: 'trust-threshold' });
});

test('a missing anchor is an error, not a verdict', async (t) => {
  const { trust } = await makeWalk(t, 1, 1);
  await t.throwsAsync(walkTrustFolder(join(trust, 'none.json'), trust), { code: 'ENOENT' });
});

test('an anchor is named by whoever trusts it: links to it and to its signatures are followed', async (t) => {
  const { anchorFile } = await makeWalk(t, 1, 1);
  const anchor = await readAnchor(anchorFile);
  const folder = await makeFolder(t);
  await symlink(anchorFile, join(folder, 'ancla.json'));
  t.deepEqual(await readAnchor(join(folder, 'ancla.json')), anchor);
  const signatures = await readSignatures(anchorFile);
  const [one] = signatures.keys();
  await symlink(`${anchorFile}.${one}.sig`, join(folder, `ancla.json.${one}.sig`));
  await symlink('nowhere', join(folder, 'ancla.json.nadie.sig'));
  t.deepEqual([...(await readAnchorSignatures(join(folder, 'ancla.json'))).keys()], [one]);
  for (const name of signatures.keys()) await rm(`${anchorFile}.${name}.sig`);
  await t.throwsAsync(readAnchor(anchorFile), { name: 'HintedError' });
});

test('junk beside a document is passed over: huge, a link, a folder, a bad name, another key', async (t) => {
  const { anchorFile, trust } = await makeWalk(t, 2, 1);
  await writeFile(join(trust, '2.json.huge.sig'), Buffer.alloc(5000));
  await symlink('/etc/passwd', join(trust, '2.json.link.sig'));
  await mkdir(join(trust, '2.json.folder.sig'));
  await writeFile(join(trust, '2.json.Not A Name.sig'), 'x');
  await writeFile(join(trust, '2.json.other.sig'), makeKey('other').signNow(Buffer.from('x'), 'trust@cotejo'));
  t.deepEqual(await found(anchorFile, trust), good([1, 2], 2));
});

test('a flood of signatures is refused before it is read', async (t) => {
  const { anchorFile, trust } = await makeWalk(t, 2, 1);
  for (let i = 0; i < 100; i++) await writeFile(join(trust, `2.json.a${i}.sig`), 'x');
  t.deepEqual(await found(anchorFile, trust), { held: [1], newest: 1, code: 'too-large', at: 2 });
});

test('a link in the place of a document is refused', async (t) => {
  const { anchorFile, trust } = await makeWalk(t, 2, 1);
  await rename(join(trust, '2.json'), join(trust, 'aside'));
  await symlink('aside', join(trust, '2.json'));
  t.deepEqual(await found(anchorFile, trust), { held: [1], newest: 1, code: 'trust-malformed', at: 2 });
});

test('the example of the format is walked from either anchor', async (t) => {
  const example = join(repository(), 'test/example');
  t.deepEqual(await found(join(example, 'anchor.json'), join(example, 'chain/trust')), good([1, 2], 2));
  t.deepEqual(await found(join(example, 'chain/trust/2.json'), join(example, 'chain/trust')), good([1, 2], 2));
});
