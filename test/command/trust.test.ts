import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { makeSigner, makeTrust, nextTrust, signTrust, writeTrust } from '../kit/election.ts';
import { makeFolder, treeOf } from '../kit/folders.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { find } from '../kit/programs.ts';
import { requires } from '../kit/requires.ts';
import { run } from './run-trust.ts';

/** The ceremony through the built command: one folder with keys, a plan and trust/. */

const BIN = resolve('dist/bin/cotejo.js');

const PLAN = `
election = "coahuila-ayuntamientos-2018"
title = "PREP Coahuila 2018, Integrantes de los Ayuntamientos"
issued_at = 2018-06-01T12:00:00-05:00
expires_at = 2099-12-31T23:59:59-06:00
threshold = 2

${['presidencia', 'cotaprep', 'auditor'].map((name) => `[[custodians]]\nname = "${name}"\nkey = "${name}.pub"\n`).join('\n')}
[[signers]]
name = "firma-1"
key = "firma-1.pub"
phase = "jornada"

[[phases]]
name = "jornada"
kind = "oficial"
opens_at = 2018-07-01T20:00:00-05:00
closes_at = 2018-07-10T23:59:59-05:00
period_seconds = 600
missed_limit = 3
grace_seconds = 120
`;

const CHANGE = `
[[signers]]
name = "firma-1"
last = 36

[[signers]]
name = "firma-2"
key = "firma-2.pub"
phase = "jornada"
first = 37
`;

async function makeCeremony(t: ExecutionContext): Promise<string> {
  const folder = await makeFolder(t);
  for (const name of ['presidencia', 'cotaprep', 'auditor', 'firma-1', 'firma-2', 'nadie']) {
    await writePrivateKey(makeKey(name), join(folder, name), name);
  }
  await mkdir(join(folder, 'trust'));
  await writeFile(join(folder, 'plan.toml'), PLAN);
  await writeFile(join(folder, 'cambio.toml'), CHANGE);
  return folder;
}

const withKeygen = requires('openssh-client', ['ssh-keygen']);

withKeygen('from a plan to a published rotation', async (t) => {
  const folder = await makeCeremony(t);
  const ok = (...args: string[]) => {
    const ran = run(folder, args);
    t.is(ran.status, 0, ran.stderr);
    return ran;
  };
  ok('draft', 'plan.toml', '--out', 'trust/1.json');
  for (const custodian of ['presidencia', 'cotaprep']) ok('sign', 'trust/1.json', '--key', custodian, '--yes');
  await cp(join(folder, 'trust'), join(folder, 'pinned'), { recursive: true });

  ok('draft', 'cambio.toml', '--after', 'trust/1.json', '--out', 'trust/2.json');
  t.regex(
    ok('review', 'trust/2.json').stdout,
    /SALE la llave de firma firma-1 .* ENTRA la llave de firma firma-2.*Nada más cambia/s,
  );
  t.regex(ok('review', 'trust/2.json', '--lang', 'en').stdout, /1 of 3 by version|0 of 3 by version 1/);
  ok('sign', 'trust/2.json', '--key', 'auditor', '--yes');
  t.is(run(folder, ['verify', 'trust', '--anchor', 'pinned/1.json']).status, 1);
  ok('sign', 'trust/2.json', '--key', 'presidencia', '--yes');

  const verified = JSON.parse(ok('verify', 'trust', '--anchor', 'pinned/1.json', '--json').stdout);
  const sha256 = execFileSync('sha256sum', [join(folder, 'trust/2.json')], { encoding: 'utf8' }).slice(0, 64);
  t.deepEqual(verified, { anchor: 1, version: 2, sha256, expires_at: '2099-12-31T23:59:59-06:00', refused: null });
  t.deepEqual(Object.keys(await treeOf(join(folder, 'trust'))).sort(), [
    '1.json',
    '1.json.cotaprep.sig',
    '1.json.presidencia.sig',
    '2.json',
    '2.json.auditor.sig',
    '2.json.presidencia.sig',
  ]);
});

withKeygen('a signature is the one that ssh-keygen makes, and ssh-keygen verifies it by what export prints', async (t) => {
  const folder = await makeCeremony(t);
  await writeTrust(signTrust(makeTrust()), join(folder, 'trust/1.json'));
  const file = join(folder, 'trust/1.json');
  t.is(run(folder, ['sign', 'trust/1.json', '--key', 'auditor', '--yes']).status, 0);
  const ours = await readFile(`${file}.auditor.sig`);
  execFileSync('ssh-keygen', ['-Y', 'sign', '-n', 'trust@cotejo', '-f', join(folder, 'auditor'), file], { stdio: 'ignore' });
  t.deepEqual(ours, await readFile(`${file}.sig`));
  await rm(`${file}.sig`);

  const exported = run(folder, ['export', 'trust', '--allowed-signers', '--anchor', 'trust/1.json']);
  t.is(exported.stderr, '');
  const allowed = join(folder, 'allowed_signers');
  await writeFile(allowed, exported.stdout);
  const verifies = (who: string, namespace: string) =>
    spawnSync('ssh-keygen', ['-Y', 'verify', '-f', allowed, '-I', who, '-n', namespace, '-s', `${file}.auditor.sig`], {
      input: execFileSync('cat', [file]),
    }).status === 0;
  t.true(verifies('auditor', 'trust@cotejo'));
  t.false(verifies('presidencia', 'trust@cotejo'));
  t.false(verifies('firma-1', 'trust@cotejo'));
});

test('sign asks for the first group of the hash and signs nothing without it', async (t) => {
  const folder = await makeCeremony(t);
  const trust = signTrust(makeTrust(), []);
  await writeTrust(trust, join(folder, 'trust/1.json'));
  const before = await treeOf(join(folder, 'trust'));
  const sign = (input: string) => run(folder, ['sign', 'trust/1.json', '--key', 'auditor'], { input });
  for (const input of ['', '\n', `${trust.sha256.slice(0, 7)}\n`, `${trust.sha256}\n`, 'si\n']) t.is(sign(input).status, 1, input);
  t.deepEqual(await treeOf(join(folder, 'trust')), before);
  t.is(sign(` ${trust.sha256.slice(0, 8).toUpperCase()} \n`).status, 0);
});

test('sign tells a script what it did', async (t) => {
  const folder = await makeCeremony(t);
  const trust = signTrust(makeTrust(), []);
  await writeTrust(trust, join(folder, 'trust/1.json'));
  t.is(run(folder, ['sign', 'trust/1.json', '--key', 'auditor', '--json']).status, 2);
  const { stdout } = run(folder, ['sign', 'trust/1.json', '--key', 'auditor', '--yes', '--json']);
  t.deepEqual(JSON.parse(stdout), {
    file: 'trust/1.json',
    sha256: trust.sha256,
    custodian: 'auditor',
    signature: 'trust/1.json.auditor.sig',
    signatures: [{ version: 1, threshold: 2, signed: ['auditor'], unsigned: ['presidencia', 'cotaprep'], missing: 1 }],
  });
});

test('only a custodian of the document signs it', async (t) => {
  const folder = await makeCeremony(t);
  await writeTrust(signTrust(makeTrust(), []), join(folder, 'trust/1.json'));
  for (const key of ['firma-1', 'nadie']) {
    const { status, stderr } = run(folder, ['sign', 'trust/1.json', '--key', key, '--yes']);
    t.is(status, 2);
    t.regex(stderr, /^cotejo: error: \S+ is the key of no custodian of trust\/1\.json\n$/);
  }
  t.deepEqual(Object.keys(await treeOf(join(folder, 'trust'))), ['1.json']);
});

test('a key file that others may read is refused with the remedy', async (t) => {
  const folder = await makeCeremony(t);
  await writeTrust(signTrust(makeTrust(), []), join(folder, 'trust/1.json'));
  await chmod(join(folder, 'auditor'), 0o644);
  const { status, stderr } = run(folder, ['sign', 'trust/1.json', '--key', 'auditor', '--yes']);
  t.is(status, 2);
  t.is(stderr, 'cotejo: error: others may read auditor\ncotejo: hint: chmod 600 auditor\n');
});

withKeygen('an encrypted key takes its passphrase from a file, which is a secret too', async (t) => {
  const folder = await makeCeremony(t);
  await writeTrust(signTrust(makeTrust(), []), join(folder, 'trust/1.json'));
  execFileSync('ssh-keygen', ['-q', '-p', '-N', 'una frase', '-f', join(folder, 'auditor')], { stdio: 'ignore' });
  const sign = (...more: string[]) => run(folder, ['sign', 'trust/1.json', '--key', 'auditor', '--yes', ...more]).status;
  t.is(sign(), 2, 'nobody to ask');
  await writeFile(join(folder, 'frase'), 'una frase\n', { mode: 0o644 });
  t.is(sign('--passphrase-file', 'frase'), 2, 'others may read it');
  await chmod(join(folder, 'frase'), 0o600);
  t.is(sign('--passphrase-file', 'frase'), 0);
  await writeFile(join(folder, 'frase'), 'otra frase\n');
  t.is(sign('--passphrase-file', 'frase'), 2, 'a wrong one');
});

requires('bsdutils', ['script', 'ssh-keygen'])(
  'on a terminal the hash is asked for, then the passphrase, without echo',
  async (t) => {
    const folder = await makeCeremony(t);
    const trust = signTrust(makeTrust(), []);
    await writeTrust(trust, join(folder, 'trust/1.json'));
    execFileSync('ssh-keygen', ['-q', '-p', '-N', 'unafrase', '-f', join(folder, 'auditor')], { stdio: 'ignore' });
    const command = `node ${BIN} trust sign trust/1.json --key auditor`;
    // Text typed ahead waits in the terminal; each answer is given once its question is shown.
    const typist = `(until grep -q 'voz alta:' seen; do sleep 0.1; done; echo ${trust.sha256.slice(0, 8)};
    until grep -q 'passphrase of' seen; do sleep 0.1; done; sleep 0.3; echo unafrase; until grep -q 'Firmado por' seen; do sleep 0.1; done)`;
    const ran = spawnSync(
      'bash',
      ['-c', `touch seen; ${typist} | script -qefc '${command}' seen >/dev/null; echo \${PIPESTATUS[1]}`],
      {
        cwd: folder,
        encoding: 'utf8',
        timeout: 60_000,
      },
    );
    t.is(ran.stdout, '0\n');
    const seen = await readFile(join(folder, 'seen'), 'utf8');
    t.regex(seen, /Firmado por auditor/);
    t.false(seen.includes('unafrase'));
    t.true('1.json.auditor.sig' in (await treeOf(join(folder, 'trust'))));
  },
);

requires('openssh-client', ['ssh-agent', 'ssh-add'])('a key in an agent is named by its public half', async (t) => {
  const folder = await makeCeremony(t);
  await writeTrust(signTrust(makeTrust(), []), join(folder, 'trust/1.json'));
  const socket = join(folder, 'agent');
  const started = execFileSync(find('ssh-agent') as string, ['-a', socket, '-s'], { encoding: 'utf8' });
  t.teardown(() => process.kill(Number(/SSH_AGENT_PID=(\d+)/.exec(started)?.[1])));
  const env = { SSH_AUTH_SOCK: socket };
  const sign = (key: string, env: Record<string, string>) =>
    run(folder, ['sign', 'trust/1.json', '--agent', '--key', key, '--yes'], { env }).status;
  t.is(sign('auditor.pub', env), 2, 'not added yet');
  execFileSync('ssh-add', ['-q', join(folder, 'auditor')], { env: { ...process.env, ...env }, stdio: 'ignore' });
  await rm(join(folder, 'auditor'));
  t.is(sign('auditor.pub', env), 0);
  t.is(sign('cotaprep', env), 2, 'a private key is no public half');
  t.is(sign('auditor.pub', { SSH_AUTH_SOCK: '' }), 2);
  t.is(sign('auditor.pub', { SSH_AUTH_SOCK: join(folder, 'none') }), 3);
});

test('a draft is never written over, and what could not be accepted is not written', async (t) => {
  const folder = await makeCeremony(t);
  t.is(run(folder, ['draft', 'plan.toml', '--out', 'trust/1.json']).status, 0);
  t.is(run(folder, ['draft', 'plan.toml', '--out', 'trust/1.json']).status, 2);
  await writeFile(join(folder, 'cambio.toml'), '[[signers]]\nname = "firma-1"\nremove = true\n');
  const { status, stderr } = run(folder, ['draft', 'cambio.toml', '--after', 'trust/1.json', '--out', 'trust/2.json']);
  t.is(status, 1);
  t.regex(stderr, /^cotejo: warning: .*\ncotejo: error: trust-rewrites: .*\n$/);
  t.deepEqual(Object.keys(await treeOf(join(folder, 'trust'))), ['1.json']);
  t.is(run(folder, ['draft', 'none.toml', '--out', 'x.json']).status, 3);
  t.is(run(folder, ['draft', 'plan.toml']).status, 2);
});

test('where a custodian signed another document of that name, no second one is made, reviewed or signed', async (t) => {
  const folder = await makeCeremony(t);
  const one = signTrust(makeTrust({ expires_at: '2099-12-31T23:59:59-06:00' }));
  const signed = signTrust(nextTrust(one), ['presidencia', 'cotaprep']);
  await writeTrust(one, join(folder, 'trust/1.json'));
  await writeTrust(signed, join(folder, 'trust/2.json'));
  await rm(join(folder, 'trust/2.json'));
  const left = await treeOf(join(folder, 'trust'));
  const draft = () => run(folder, ['draft', 'cambio.toml', '--after', 'trust/1.json', '--out', 'trust/2.json']);
  const drafted = draft();
  t.is(drafted.status, 1, drafted.stderr);
  t.regex(drafted.stderr, /2\.json\.cotaprep\.sig .*\n.*2\.json\.presidencia\.sig .*\ncotejo: hint: /);
  t.deepEqual(await treeOf(join(folder, 'trust')), left);

  // The document came by another way: copied, or drafted under another name.
  const other = signTrust(nextTrust(one, { title: 'otra' }), []);
  await writeFile(join(folder, 'trust/2.json'), other.bytes);
  const before = await treeOf(folder);
  const review = run(folder, ['review', 'trust/2.json', '--acta', 'acta.html', '--json']);
  t.is(review.status, 1);
  t.deepEqual(JSON.parse(review.stdout).signed_other, [
    { custodian: 'cotaprep', signature: 'trust/2.json.cotaprep.sig' },
    { custodian: 'presidencia', signature: 'trust/2.json.presidencia.sig' },
  ]);
  for (const key of ['presidencia', 'auditor']) t.is(run(folder, ['sign', 'trust/2.json', '--key', key, '--yes']).status, 1, key);
  t.deepEqual(await treeOf(folder), before);

  // What is set aside is kept, and the ceremony goes on.
  await mkdir(join(folder, 'apartado'));
  for (const name of ['presidencia', 'cotaprep']) {
    await rename(join(folder, `trust/2.json.${name}.sig`), join(folder, `apartado/2.json.${name}.sig`));
  }
  t.is(run(folder, ['sign', 'trust/2.json', '--key', 'presidencia', '--yes']).status, 0);
});

test('a second document of a number is found out under another name, and in another folder', async (t) => {
  const folder = await makeCeremony(t);
  const one = signTrust(makeTrust({ expires_at: '2099-12-31T23:59:59-06:00' }));
  await writeTrust(one, join(folder, 'trust/1.json'));
  await mkdir(join(folder, 'otra'));
  const drafted = (out: string) => run(folder, ['draft', 'cambio.toml', '--after', 'trust/1.json', '--out', out]).status;
  await writeTrust(signTrust(nextTrust(one), []), join(folder, 'trust/2.json'));
  t.is(drafted('trust/2b.json'), 0, 'nobody has signed the one that is there');
  await writeTrust(signTrust(nextTrust(one)), join(folder, 'trust/2.json'));
  for (const out of ['trust/2c.json', 'otra/2.json']) t.is(drafted(out), 1, out);
  t.is(run(folder, ['review', 'trust/2b.json']).status, 1, 'beside it');
  await writeTrust(signTrust(makeTrust({ election: 'otra' }), []), join(folder, 'trust/otra.json'));
  t.is(run(folder, ['review', 'trust/otra.json']).status, 0, 'the number of another election');
  await rename(join(folder, 'trust/2b.json'), join(folder, 'otra/2.json'));
  const sign = (...after: string[]) => run(folder, ['sign', 'otra/2.json', '--key', 'auditor', '--yes', ...after]).status;
  t.is(sign('--after', 'trust/1.json'), 1, 'beside the one that it follows');
  t.is(run(folder, ['sign', 'trust/2.json', '--key', 'auditor', '--yes', '--after', 'trust/1.json']).status, 0, 'itself');
});

test('a good signature under the name of another key is not written over', async (t) => {
  const folder = await makeCeremony(t);
  const one = signTrust(makeTrust());
  const renewed = { name: 'auditor', key: makeKey('auditor, again').publicKey };
  const custodians = [...makeTrust().custodians.filter(({ name }) => name !== 'auditor'), renewed];
  // By hand, with the key that leaves, and under the name of the one that enters.
  const two = signTrust(nextTrust(one, { custodians }), ['auditor']);
  await writeTrust(one, join(folder, 'trust/1.json'));
  await writeTrust(two, join(folder, 'trust/2.json'));
  await writePrivateKey(makeKey('auditor, again'), join(folder, 'nueva'));
  const sign = () => run(folder, ['sign', 'trust/2.json', '--key', 'nueva', '--yes', '--json']);
  const refused = sign();
  t.is(refused.status, 2);
  t.regex(refused.stderr, /hint: .*mv trust\/2\.json\.auditor\.sig trust\/2\.json\.auditor-v1\.sig\n$/);
  t.deepEqual(await readFile(join(folder, 'trust/2.json.auditor.sig')), two.signedBy['auditor']);
  await rename(join(folder, 'trust/2.json.auditor.sig'), join(folder, 'trust/2.json.auditor-v1.sig'));
  t.deepEqual(
    JSON.parse(sign().stdout).signatures.map(({ signed }: { signed: string[] }) => signed),
    [['auditor'], ['auditor']],
  );
  t.is(sign().status, 0, 'the same again');
});

test('what is no signature of a custodian beside a document stops nobody', async (t) => {
  const folder = await makeCeremony(t);
  const one = signTrust(makeTrust({ expires_at: '2099-12-31T23:59:59-06:00' }));
  await writeTrust(one, join(folder, 'trust/1.json'));
  await writeFile(join(folder, 'trust/2.json.presidencia.sig'), 'broken');
  await writeFile(join(folder, 'trust/2.json.nadie.sig'), makeKey('nadie').signNow(one.bytes, 'trust@cotejo'));
  t.is(run(folder, ['draft', 'cambio.toml', '--after', 'trust/1.json', '--out', 'trust/2.json']).status, 0);
  t.is(run(folder, ['sign', 'trust/2.json', '--key', 'presidencia', '--yes']).status, 0);
});

test('after a ceremony whose clock was ahead the next draft is made, and told', async (t) => {
  const folder = await makeCeremony(t);
  const issued_at = '2090-01-01T00:00:00-06:00';
  await writeTrust(signTrust(makeTrust({ issued_at, expires_at: '2099-12-31T23:59:59-06:00' })), join(folder, 'trust/1.json'));
  const ran = run(folder, ['draft', 'cambio.toml', '--after', 'trust/1.json', '--out', 'trust/2.json']);
  t.is(ran.status, 0, ran.stderr);
  t.regex(ran.stderr, /^cotejo: warning: .*2090-01-01T01:00:00-05:00.*\n$/);
  t.regex(await readFile(join(folder, 'trust/2.json'), 'utf8'), /"issued_at": "2090-01-01T01:00:00-05:00"/);
});

test('review reads a document against the one beside it, and by --json tells the same in data', async (t) => {
  const folder = await makeCeremony(t);
  const one = signTrust(makeTrust());
  const signers = [...makeTrust().signers, makeSigner('firma-2', 'jornada', 3)];
  const two = signTrust(nextTrust(one, { signers }), ['auditor']);
  await writeTrust(one, join(folder, 'trust/1.json'));
  await writeTrust(two, join(folder, 'trust/2.json'));
  const { status, stdout } = run(folder, ['review', 'trust/2.json', '--acta', 'acta.html', '--json']);
  t.is(status, 0);
  t.deepEqual(JSON.parse(stdout), {
    version: 2,
    previous: one.sha256,
    sha256: two.sha256,
    changes: [{ kind: 'signer-enters', signer: makeSigner('firma-2', 'jornada', 3) }],
    signed_other: [],
    signatures: [1, 2].map((version) => ({
      version,
      threshold: 2,
      signed: ['auditor'],
      unsigned: ['presidencia', 'cotaprep'],
      missing: 1,
    })),
  });
  t.regex(await readFile(join(folder, 'acta.html'), 'utf8'), new RegExp(two.sha256.slice(0, 8)));
  t.is(run(folder, ['review', 'trust/1.json', '--after', 'trust/2.json']).status, 1);
  t.is(run(folder, ['review', 'trust/3.json']).status, 3);
});
