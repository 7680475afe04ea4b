import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Files, filesOf, goodChain, writeFiles } from '../kit/broken-chains.ts';
import { cotejo, sh } from '../kit/command.ts';
import { makeCorte, publicationOf } from '../kit/cortes.ts';
import { type KitTrust, makeSigner, nextTrust, signTrust, trustFiles } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { requires } from '../kit/requires.ts';
import { serve, files as serving } from '../kit/web.ts';

const good = goodChain();
const withKeygen = requires('openssh-client', ['ssh-keygen']);

async function places(t: ExecutionContext, ...changes: Array<(files: Files) => void>) {
  const folder = await makeFolder(t);
  const chains: string[] = [];
  for (const [i, change] of changes.entries()) {
    const files = filesOf(good);
    change(files);
    const { chain } = await writeFiles(join(folder, String(i)), files);
    chains.push(chain);
  }
  return { folder, chains, anchor: join(folder, '0/anchor.json') };
}

const unchanged = () => {};
const without =
  (...numbers: number[]) =>
  (files: Files) => {
    for (const path of files.keys()) if (numbers.some((n) => path.startsWith(`jornada/00000${n}/`))) files.delete(path);
  };

/** Another corte 5, by the same key. */
const forged = makeCorte({
  trust: good.trusts[1],
  previous: good.jornada[3],
  signer: 'relevo-1',
  files: { ...publicationOf(5), 'index.html': 'otros resultados' },
});
const withForged = (files: Files) => {
  for (const [name, bytes] of Object.entries(forged.files)) files.set(`jornada/000005/${name}`, bytes);
};

test('copies of one history, one of them behind', async (t) => {
  const { chains, anchor, folder } = await places(t, unchanged, without(4, 5));
  const address = await serve(t, serving(filesOf(good)));
  const ran = await cotejo(['audit', 'compare', ...chains, address.href, '--anchor', anchor, '--json'], folder);
  t.is(ran.status, 0, ran.stderr);
  const { one_history, chains: told, forks } = JSON.parse(ran.stdout);
  t.true(one_history);
  t.deepEqual(forks, []);
  t.deepEqual(
    told.map(({ phases }: { phases: Array<{ number: number; behind: number; behind_seconds: number }> }) => {
      const { number, behind, behind_seconds } = phases[1] as (typeof phases)[number];
      return { number, behind, behind_seconds };
    }),
    [
      { number: 5, behind: 0, behind_seconds: 0 },
      { number: 3, behind: 2, behind_seconds: 1200 },
      { number: 5, behind: 0, behind_seconds: 0 },
    ],
  );
  t.false((await readdir(folder)).includes('evidence'));
  const text = await cotejo(['audit', 'compare', ...chains, '--anchor', anchor, '--phase', 'jornada'], folder);
  t.regex(text.stdout, /corte 3, .*, 2 behind, 20 min/);
});

test('a place that cannot be read is no verdict on the others', async (t) => {
  const { chains, anchor, folder } = await places(t, unchanged, unchanged);
  const ran = await cotejo(['audit', 'compare', ...chains, 'nowhere', '--anchor', anchor], folder);
  t.is(ran.status, 3);
  t.regex(ran.stdout, /one history/);
  t.is((await cotejo(['audit', 'compare', chains[0] as string, '--anchor', anchor], folder)).status, 2);
});

withKeygen('two histories are proven by five commands that anyone has', async (t) => {
  const { chains, anchor, folder } = await places(t, unchanged, withForged);
  const ran = await cotejo(['audit', 'compare', ...chains, '--anchor', anchor, '--json', '--evidence', 'proof'], folder);
  t.is(ran.status, 1, ran.stderr);
  const [fork] = JSON.parse(ran.stdout).forks;
  t.deepEqual(fork, { phase: 'jornada', number: 5, between: chains, evidence: 'proof/jornada-000005', disowned: [] });
  // The checker has nothing but the folder.
  const away = join(await makeFolder(t), 'evidence');
  await rename(join(folder, 'proof/jornada-000005'), away);
  const done = await commandsOf(away);
  t.is(done.length, 5);
  for (const { stdout } of done.slice(0, 2)) t.regex(stdout, /^Good "corte@cotejo" signature for relevo-1 with ED25519 key/);
  t.deepEqual(
    done.map(({ status }) => status),
    [0, 0, 0, 1, 0],
  );
  t.is(done[2]?.stdout.match(/"number": 5,/g)?.length, 2);
  t.regex(done[3]?.stdout ?? '', /differ/);
  t.true(done[4]?.stdout.includes(good.trusts[1].sha256));
  t.true(done[4]?.stdout.includes(forged.sha256));
});

test('a site that has not heard of a revocation is told as that, and not as the author of a second history', async (t) => {
  const { chains, anchor, folder } = await places(t, unchanged, (files) => {
    for (const path of files.keys()) if (/^trust\/2|^jornada\/00000[45]|^index/.test(path)) files.delete(path);
    const stolen = makeCorte({ trust: good.trusts[0], previous: good.jornada[2], signer: 'firma-1', files: publicationOf(9) });
    for (const [name, bytes] of Object.entries(stolen.files)) files.set(`jornada/000004/${name}`, bytes);
  });
  const ran = await cotejo(['audit', 'compare', ...chains, '--anchor', anchor, '--json'], folder);
  t.is(ran.status, 1, ran.stderr);
  t.like(JSON.parse(ran.stdout).forks[0], { number: 4, disowned: [{ name: chains[1], signer: 'firma-1', trust: 2 }] });
});

test('a corte kept apart whose key only a newer document has is not refused for it', async (t) => {
  const { chains, anchor, folder } = await places(t, unchanged);
  const [, two] = good.trusts;
  const three = signTrust(nextTrust(two, { signers: [...two.document.signers, makeSigner('firma-9', 'jornada')] }));
  const keep = async (name: string, trust: KitTrust) => {
    const { files } = makeCorte({ trust, signer: 'firma-9', files: { 'index.html': 'x' } });
    await mkdir(join(folder, name));
    for (const [file, bytes] of Object.entries(files)) await writeFile(join(folder, name, file), bytes);
    return cotejo(['audit', 'compare', ...chains, name, '--anchor', anchor], folder);
  };
  t.is((await keep('newer', three)).status, 3);
  t.is((await keep('stranger', two)).status, 1);
});

test('a place that can not be read, and one that is behind, hide no fork of others', async (t) => {
  const { chains, anchor, folder } = await places(t, unchanged, withForged);
  const unreadable = join(folder, 'a-link');
  await mkdir(unreadable);
  await symlink('nowhere', join(unreadable, 'corte.json'));
  const ran = await cotejo(['audit', 'compare', ...chains, unreadable, '--anchor', anchor, '--json'], folder);
  t.is(ran.status, 1, ran.stderr);
  t.is(JSON.parse(ran.stdout).forks.length, 1);

  const [, two] = good.trusts;
  const { phases, signers } = two.document;
  const three = signTrust(
    nextTrust(two, {
      phases: [...phases, { ...phases[1]!, name: 'extra' }],
      signers: [...signers, makeSigner('firma-x', 'extra')],
    }),
  );
  const withExtra = (text: string) => (files: Files) => {
    for (const [name, bytes] of Object.entries(trustFiles(three))) files.set(`trust/${name}`, bytes);
    const corte = makeCorte({ trust: three, phase: 'extra', signer: 'firma-x', files: { 'index.html': text } });
    for (const [name, bytes] of Object.entries(corte.files)) files.set(`extra/000001/${name}`, bytes);
  };
  const more = await places(t, withExtra('a'), withExtra('b'), unchanged);
  const compared = (phase: string, ...of: string[]) =>
    cotejo(['audit', 'compare', ...of, '--anchor', more.anchor, '--phase', phase, '--json'], more.folder);
  const behind = await compared('extra', ...more.chains);
  t.is(behind.status, 1, behind.stderr);
  t.like(JSON.parse(behind.stdout), { forks: [{ phase: 'extra', number: 1 }] });
  t.is((await compared('extra', more.chains[0]!, more.chains[2]!)).status, 3, 'who is behind is at no fault');
  t.is((await compared('nunca', ...more.chains)).status, 2);
});

test('two histories are told whatever becomes of their proof, and the same proof is not written twice', async (t) => {
  const { chains, anchor, folder } = await places(t, unchanged, withForged);
  const compared = async (evidence: string, of: readonly string[] = chains) => {
    const ran = await cotejo(['audit', 'compare', ...of, '--anchor', anchor, '--json', '--evidence', evidence], folder);
    t.is(ran.status, 1, ran.stderr);
    return JSON.parse(ran.stdout).forks.map(({ number, evidence }: { number: number; evidence: string | null }) => [
      number,
      evidence,
    ]);
  };
  t.deepEqual(await compared('proof'), [[5, 'proof/jornada-000005']]);
  t.deepEqual(await compared('proof', [...chains].reverse()), [[5, 'proof/jornada-000005']]);
  await writeFile(join(folder, 'proof/jornada-000005/otro/corte.json'), 'of another fork');
  t.deepEqual(await compared('proof'), [[5, null]], 'another proof stays as it is');
  t.is(await readFile(join(folder, 'proof/jornada-000005/otro/corte.json'), 'utf8'), 'of another fork');
  t.deepEqual(await compared('0/anchor.json/proof'), [[5, null]], 'no folder can be made there');
  const files = filesOf(good);
  withForged(files);
  let asked = 0;
  const address = await serve(t, (request, response) => {
    if (request.url?.endsWith('jornada/000005/corte.json')) asked += 1;
    if (asked > 1) response.writeHead(503).end();
    else serving(files)(request, response);
  });
  t.deepEqual(await compared('other', [chains[0]!, address.href]), [[5, null]], 'whoever is accused can be silent');
});

withKeygen('a corte kept apart proves a fork, though its key was ended and it stands in no chain', async (t) => {
  const { chains, anchor, folder } = await places(t, unchanged);
  const stolen = makeCorte({
    trust: good.trusts[0],
    previous: good.jornada[2],
    signer: 'firma-1',
    files: { 'index.html': 'robado' },
  });
  const kept = join(folder, 'revoked/jornada-000004-0123456789abcdef');
  await mkdir(kept, { recursive: true });
  for (const [name, bytes] of Object.entries(stolen.files)) await writeFile(join(kept, name), bytes);
  const ran = await cotejo(['audit', 'compare', ...chains, kept, '--anchor', anchor], folder);
  t.is(ran.status, 1, ran.stderr);
  t.regex(ran.stdout, /two histories: corte 4 of jornada[^]*revoked\S+: its signer firma-1 may not sign that number by trust 2/);
  const done = await commandsOf(join(folder, 'evidence/jornada-000004'));
  t.regex(done[0]?.stdout ?? '', /Good .* for relevo-1/);
  t.regex(done[1]?.stdout ?? '', /Good .* for firma-1/);
  t.is(done[3]?.status, 1);
});

withKeygen('two trust documents of one version are a fork like any other', async (t) => {
  const other = signTrust({ ...good.trusts[1].document, title: 'Otro título' }, ['presidencia', 'auditor']);
  const { chains, anchor, folder } = await places(t, without(4, 5), (files) => {
    without(4, 5)(files);
    files.delete('trust/2.json.cotaprep.sig');
    for (const [name, bytes] of Object.entries(trustFiles(other))) files.set(`trust/${name}`, bytes);
  });
  const ran = await cotejo(['audit', 'compare', ...chains, '--anchor', anchor], folder);
  t.is(ran.status, 1, ran.stderr);
  const done = await commandsOf(join(folder, 'evidence/trust-2'));
  t.deepEqual(
    done.map(({ status }) => status),
    [0, 0, 0, 1, 0],
  );
  t.is(done[0]?.stdout.match(/Good "trust@cotejo"/g)?.length, 2);
  t.is(done[1]?.stdout.match(/Good "trust@cotejo"/g)?.length, 2);
});

/** Runs the commands that the README of an evidence folder names, there. */
async function commandsOf(folder: string) {
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  const block = /```sh\n([^`]*)```/.exec(readme)?.[1] ?? '';
  const done = [];
  for (const line of block.trim().split('\n')) done.push(await sh(line, folder));
  return done;
}
