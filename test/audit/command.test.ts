import { copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { filesOf, goodChain, writeFiles } from '../kit/broken-chains.ts';
import { cotejo } from '../kit/command.ts';
import { makeCorte, publicationOf } from '../kit/cortes.ts';
import { at, encode, makeTrust, signTrust, trustFiles, writeAnchor } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { serveHttps } from '../kit/https.ts';
import { makeKey } from '../kit/keys.ts';
import { repository } from '../kit/programs.ts';
import { requires } from '../kit/requires.ts';
import { serve, files as serving } from '../kit/web.ts';

const example = join(repository(), 'test/example');
const good = goodChain();

/** The members that scripts rely on, of the chain that another implementation wrote. */
const EXPECTED = {
  trust: {
    anchor: 1,
    version: 2,
    sha256: '3ed38d0ced7d44dc47468b8b1944c9c996150272ee1e3908e2c0a09eca454734',
    expires_at: '2018-12-31T23:59:59-06:00',
    refused: null,
  },
  phases: [
    {
      phase: 'simulacro-1',
      kind: 'simulacro',
      cortes: 1,
      first_taken_at: '2018-06-10T12:00:00-05:00',
      last_taken_at: '2018-06-10T12:00:00-05:00',
      head: 'af25c909628039a2bf1fe6eec54df8f8ebf353b8d539a87a8f849c77a5050db0',
      final: false,
      median_gap_seconds: null,
      longest_gap_seconds: null,
      signers: ['ensayo-1'],
    },
    {
      phase: 'jornada',
      kind: 'oficial',
      cortes: 4,
      first_taken_at: '2018-07-01T20:00:00-05:00',
      last_taken_at: '2018-07-01T20:30:00-05:00',
      head: 'e6bc48b0ebedcac492e97ba0f57f85fdf89b52ef8cc408bdd04bd209d734ad1a',
      final: true,
      median_gap_seconds: 600,
      longest_gap_seconds: 600,
      signers: ['firma-1', 'relevo-1'],
    },
  ],
  refused: null,
  acuses: {
    nodes: [
      {
        difusor: 'vanguardia',
        node: 'web1',
        key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF/AkeCysegSUv2G6acYWTXzSkPAJNfwpuiiNHPREY6J',
        acuses: 1,
        median_delay_seconds: 42,
        longest_delay_seconds: 42,
      },
    ],
    refused: [],
  },
  checked: ['trust', 'statements', 'signatures', 'links', 'phases', 'packages', 'acuses', 'acuse-keys'],
  not_checked: ['recibos', 'sellos', 'newest', 'live'],
};

test('the example chain, in the JSON that scripts rely on', async (t) => {
  const chain = ['audit', 'chain', join(example, 'chain'), '--anchor', join(example, 'anchor.json'), '--packages', '--json'];
  const acuses = ['--acuses', join(example, 'acuses'), '--acuse-key', join(example, 'vanguardia-web1.pub')];
  const { status, stdout, stderr } = await cotejo([...chain, ...acuses]);
  t.is(status, 0, stderr);
  t.is(stderr, '');
  t.deepEqual(JSON.parse(stdout), EXPECTED);
});

test('what was not looked at is told, in JSON and in text', async (t) => {
  const chain = ['audit', 'chain', join(example, 'chain'), '--anchor', join(example, 'anchor.json'), '--phase', 'jornada'];
  const { checked, not_checked } = JSON.parse((await cotejo([...chain, '--json'])).stdout);
  t.deepEqual(checked, ['trust', 'statements', 'signatures', 'links']);
  t.deepEqual(not_checked, ['phases', 'packages', 'acuses', 'acuse-keys', 'recibos', 'sellos', 'newest', 'live']);
  const { stdout } = await cotejo([...chain, '--acuses', join(example, 'acuses')]);
  t.regex(
    stdout,
    /not checked .*\(without --phase\)\n.*\(--packages\)\n.*known nodes \(--acuse-key\)\n.*\(--recibos\)\n.*\(--sellos, --autoridades\)\n.*audit compare.*\n.*audit live/,
  );
});

test('exit 1 is refused, 2 wrong usage, 3 could not be read', async (t) => {
  const files = filesOf(good);
  files.set('jornada/000003/corte.json', Buffer.from('{}\n'));
  const { chain, anchor } = await writeFiles(await makeFolder(t), files);
  const refused = await cotejo(['audit', 'chain', chain, '--anchor', anchor, '--json']);
  t.is(refused.status, 1);
  const { trust, phases, refused: wrong } = JSON.parse(refused.stdout);
  t.like(wrong, { phase: 'jornada', number: 3, code: 'signature-invalid' });
  t.is(trust.refused, null);
  t.is(phases[1].cortes, 2);
  t.regex(refused.stderr, /^cotejo: error: jornada 3: signature-invalid: /);

  t.is((await cotejo(['audit', 'chain', chain])).status, 2);
  t.is((await cotejo(['audit', 'chain', chain, '--anchor', anchor, '--phase', 'nunca'])).status, 2);
  t.is((await cotejo(['audit', 'chain', 'ftp://x/', '--anchor', anchor])).status, 2);
  t.is((await cotejo(['audit', 'chain', join(chain, 'nowhere'), '--anchor', anchor])).status, 3);
  t.is((await cotejo(['audit', 'chain', chain, '--anchor', join(chain, 'nowhere.json')])).status, 3);

  const link = join(await makeFolder(t), 'ancla.json');
  await symlink(anchor, link);
  t.is((await cotejo(['audit', 'chain', chain, '--anchor', link])).status, 1, 'its signatures lie at the end of the link');
  await copyFile(anchor, `${link}.alone`);
  const alone = await cotejo(['audit', 'chain', chain, '--anchor', `${link}.alone`]);
  t.is(alone.status, 3, 'nothing was refused: something is missing');
  t.regex(alone.stderr, /error: .*ancla.json.alone [^]*hint: .*ancla.json.alone.NAME.sig/);

  await rm(`${anchor}.presidencia.sig`);
  const unsigned = await cotejo(['audit', 'chain', chain, '--anchor', anchor, '--json']);
  t.is(unsigned.status, 1);
  t.regex(unsigned.stderr, /trust-threshold: .*anchor.json/);
  t.like(JSON.parse(unsigned.stdout), { refused: { phase: null, number: null, code: 'trust-threshold' } });
});

test('a trust document that can not be taken is told in both places', async (t) => {
  const files = filesOf(good);
  files.delete('trust/2.json.auditor.sig');
  const { chain, anchor } = await writeFiles(await makeFolder(t), files);
  const { status, stdout } = await cotejo(['audit', 'chain', chain, '--anchor', anchor, '--json']);
  t.is(status, 1);
  t.like(JSON.parse(stdout), {
    trust: { version: 1, refused: { version: 2, code: 'trust-threshold' } },
    refused: { phase: null, number: 2, code: 'trust-threshold' },
  });
});

test('acuses of another history, by unknown nodes, and past the end of the chain', async (t) => {
  const { chain, anchor } = await writeFiles(await makeFolder(t), filesOf(good));
  const folder = join(chain, '../acuses');
  const node = makeKey('vanguardia-web1');
  const write = async (number: number, corte: string, key = node, under = '') => {
    const acuse = {
      type: 'cotejo/acuse',
      format: 1,
      election: good.trusts[0].document.election,
      phase: 'jornada',
      number,
      corte,
      difusor: 'vanguardia',
      node: 'web1',
      received_at: '2018-07-01T19:50:00-05:00',
      admitted_at: '2018-07-01T19:50:01-05:00',
      published_at: null,
    };
    const file = join(folder, under, 'jornada', `00000${number}.json`);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, encode(acuse));
    await writeFile(`${file}.sig`, key.signNow(encode(acuse), 'acuse@cotejo'));
  };
  await write(4, good.jornada[3].sha256);
  await write(5, good.jornada[3].sha256);
  await write(6, 'ab'.repeat(32));
  await write(1, good.jornada[0].sha256, makeKey('stranger'), 'archivo/otro');
  await copyFile(join(folder, 'jornada/000004.json'), join(folder, 'jornada/000002.json'));
  const ran = await cotejo([
    'audit',
    'chain',
    chain,
    '--anchor',
    anchor,
    '--json',
    '--acuses',
    folder,
    '--acuse-key',
    node.publicKey,
  ]);
  t.is(ran.status, 1);
  const { acuses } = JSON.parse(ran.stdout);
  t.deepEqual(
    acuses.refused.map(({ path, code }: { path: string; code: string }) => [path, code]),
    [
      ['archivo/otro/jornada/000001.json', 'signer-unknown'],
      ['jornada/000002.json', 'delivery-incomplete'],
      ['jornada/000005.json', 'fork'],
      ['jornada/000006.json', 'gap'],
    ],
  );
  t.like(acuses.nodes[0], { difusor: 'vanguardia', node: 'web1', acuses: 1, median_delay_seconds: 1201 });

  for (const path of ['archivo', 'jornada/000002.json', 'jornada/000005.json']) await rm(join(folder, path), { recursive: true });
  const audited = (...more: string[]) =>
    cotejo(['audit', 'chain', chain, '--anchor', anchor, '--json', '--acuses', folder, ...more]);
  const behind = await audited();
  t.is(behind.status, 3, 'only by a longer chain it can be told');
  t.like(JSON.parse(behind.stdout).acuses, { refused: [{ code: 'gap' }] });
  const drill = await audited('--phase', 'simulacro-1');
  t.is(drill.status, 0, drill.stderr);
  t.deepEqual(JSON.parse(drill.stdout).acuses, { nodes: [], refused: [], other_phases: 2 });
  const { not_checked } = JSON.parse(drill.stdout);
  t.true(
    ['acuses', 'acuse-keys'].every((look) => not_checked.includes(look)),
    'there was none to check',
  );
});

test('a site compared with the newest corte of the official phase', async (t) => {
  const { chain, anchor } = await writeFiles(await makeFolder(t), filesOf(good));
  const content = new Map(Object.entries(good.jornada[4].content));
  const site = (await serve(t, serving(content))).href;
  const args = ['audit', 'live', site, '--chain', chain, '--anchor', anchor, '--json'];
  const same = await cotejo(args);
  t.is(same.status, 0, same.stderr);
  t.like(JSON.parse(same.stdout), { phase: 'jornada', number: 5, files: content.size, same: content.size });

  content.set('index.html', good.jornada[2].content['index.html'] as Buffer);
  const stale = await cotejo(args);
  t.is(stale.status, 1);
  t.deepEqual(JSON.parse(stale.stdout).stale, [{ path: 'index.html', number: 3 }]);
  const sampled = await cotejo([...args, '--sample', '3', '--seed', 'x']);
  t.like(JSON.parse(sampled.stdout), { files: 4, stale: [{ path: 'index.html', number: 3 }], sample: { size: 3, seed: 'x' } });
  t.is((await cotejo([...args, '--seed', 'x'])).status, 2);
  t.is((await cotejo(['audit', 'live', 'http://127.0.0.1:9/', '--chain', chain, '--anchor', anchor])).status, 3);

  await writeFile(join(chain, 'jornada/000003/corte.json'), '{}\n');
  const refused = await cotejo(args);
  t.is(refused.status, 1);
  t.like(JSON.parse(refused.stdout).refused, { phase: 'jornada', number: 3, code: 'signature-invalid' });
});

test('a site that is behind by less than the rule allows is no false one: 3', async (t) => {
  const now = Date.now();
  const trust = signTrust(makeTrust({ now }));
  const one = makeCorte({ trust, takenAt: at(now - 600_000), files: publicationOf(1) });
  const two = makeCorte({ trust, previous: one, takenAt: at(now - 1000), files: publicationOf(2) });
  const files = new Map<string, Buffer>();
  for (const [name, bytes] of Object.entries(trustFiles(trust))) files.set(`chain/trust/${name}`, bytes);
  for (const corte of [one, two])
    for (const [name, bytes] of Object.entries(corte.files)) files.set(`chain/jornada/${corte.delivery.slice(-6)}/${name}`, bytes);
  const folder = await makeFolder(t);
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  const content = new Map(Object.entries(one.content));
  const site = (await serve(t, serving(content))).href;
  const anchor = await writeAnchor(trust, folder);
  const args = ['audit', 'live', site, '--chain', join(folder, 'chain'), '--anchor', anchor, '--json'];
  const behind = await cotejo(args);
  t.is(behind.status, 3, behind.stdout + behind.stderr);
  t.like(JSON.parse(behind.stdout), { phase: 'jornada', number: 2, older: 1, altered: [] });
  t.regex((await cotejo(args.slice(0, -1))).stdout, /shows corte 1, whole/);

  content.set('otra.html', content.get('index.html')!);
  content.set('index.html', two.content['index.html'] as Buffer);
  t.is((await cotejo(args)).status, 1, 'a mixture of two cortes');
});

test('the notice and a mistyped address are told as what they are, with 3', async (t) => {
  const { chain, anchor } = await writeFiles(await makeFolder(t), filesOf(good));
  const args = (site: URL) => ['audit', 'live', site.href, '--chain', chain, '--anchor', anchor, '--json'];
  const headers = { 'content-type': 'text/html', 'cache-control': 'no-store' };
  const notice = await cotejo(args(await serve(t, (_, response) => response.writeHead(503, headers).end('aviso'))));
  t.is(notice.status, 3, notice.stderr);
  t.like(JSON.parse(notice.stdout), { shows: 'aviso', altered: [], missing: [], failed: [] });
  const nothing = await cotejo(args(await serve(t, serving(new Map()))));
  t.is(nothing.status, 3, nothing.stderr);
  t.like(JSON.parse(nothing.stdout), { shows: 'nada', missing: [] });
});

requires('openssl', ['openssl'])('what has moved to https on its own host is followed, and that is said', async (t) => {
  const files = filesOf(good);
  const { anchor } = await writeFiles(await makeFolder(t), files);
  const content = new Map(Object.entries(good.jornada[4].content));
  const { address, certificate } = await serveHttps(t, serving(new Map([...files, ...content])));
  const old = await serve(t, (request, response) =>
    response.writeHead(301, { location: new URL(request.url ?? '', address).href }).end(),
  );
  const env = { NODE_EXTRA_CA_CERTS: certificate };
  const audits = [
    ['audit', 'chain', old.href, '--anchor', anchor],
    ['audit', 'live', old.href, '--chain', old.href, '--anchor', anchor],
  ];
  for (const audit of audits) {
    const { status, stderr } = await cotejo(audit, undefined, env);
    t.is(status, 0, stderr);
    t.true(stderr.includes(`warning: ${old.href} has moved to https and was followed: name ${address.href}`), stderr);
  }
});

test('one corte, and the page of a whole chain', async (t) => {
  const { chain, anchor } = await writeFiles(await makeFolder(t), filesOf(good));
  const corte = await cotejo(['audit', 'corte', join(chain, 'jornada/000004'), '--anchor', anchor, '--json']);
  t.is(corte.status, 0, corte.stderr);
  t.like(JSON.parse(corte.stdout), {
    phase: 'jornada',
    number: 4,
    corte: good.jornada[3].sha256,
    signer: 'relevo-1',
    refused: null,
  });
  await writeFile(join(chain, 'jornada/000004/SHA256SUMS'), 'x');
  const bad = await cotejo(['audit', 'corte', join(chain, 'jornada/000004'), '--anchor', anchor, '--json']);
  t.is(bad.status, 1);
  t.is(JSON.parse(bad.stdout).refused.code, 'manifest-mismatch');
  const page = join(chain, '../informe.html');
  t.is((await cotejo(['audit', 'chain', chain, '--anchor', anchor, '--html', page])).status, 0);
  t.regex(await readFile(page, 'utf8'), /^<!doctype html>/);
});
