import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { answers, compareCode, NotTheOne } from '../../src/command/difusor-init-questions.ts';
import { INIT_WORDS } from '../../src/command/difusor-init-words.ts';
import { UsageError } from '../../src/config/usage-error.ts';
import { hashOf } from '../../src/format/hash.ts';
import type { Shell } from '../../src/terminal/shell.ts';
import { cotejo } from '../kit/command.ts';
import { makeTrust, signTrust, writeTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey } from '../kit/keys.ts';

/** The questions on a terminal are tried on a machine: test/trial/deb.test.ts. */

const trust = signTrust(makeTrust({ now: Date.now() }));

async function anchorFor(t: ExecutionContext): Promise<{ folder: string; anchor: string }> {
  const folder = await makeFolder(t);
  const anchor = join(folder, '1.json');
  await writeTrust(trust, anchor);
  return { folder, anchor };
}

test('without a terminal what is missing is named, and nothing is written', async (t) => {
  const { folder, anchor } = await anchorFor(t);
  const config = join(folder, 'etc/difusor.toml');
  const told = await cotejo(['difusor', 'init', '--config', config, '--anchor', anchor, '--difusor', 'vanguardia']);
  t.is(told.status, 2);
  t.regex(told.stderr, process.geteuid?.() === 0 ? /--node, --domain, --iec-key/ : /needs root/);
  t.false(existsSync(join(folder, 'etc')));
});

test('a printed hash that is another one ends it, exit 1, and nothing is written', async (t) => {
  const { folder, anchor } = await anchorFor(t);
  const home = join(folder, 'home');
  const args = ['difusor', 'init', '--home', home, '--anchor', anchor, '--difusor', 'vanguardia', '--node', 'web1', '--code'];
  t.is((await cotejo([...args, '0'.repeat(64)])).status, 1);
  t.false(existsSync(home));
  const code = (hashOf(trust.bytes).match(/.{8}/g) ?? []).join(' ').toUpperCase();
  t.is((await cotejo([...args, code])).status, 0);
  t.true(existsSync(join(home, 'difusor.toml')));
  // A second init loses nothing of the first.
  t.is((await cotejo([...args, code])).status, 2);
});

test('options that can not be are wrong usage, each by its own reason', async (t) => {
  const { anchor } = await anchorFor(t);
  const shell = { stdin: { isTTY: false }, cwd: '/' } as unknown as Shell;
  const whole = { difusor: 'vanguardia', node: 'web1', domain: 'prep.vanguardia.mx', anchor, iecKey: makeKey('iec').publicKey };
  const told = await answers(shell, whole, INIT_WORDS.es);
  t.like(told, { domain: 'prep.vanguardia.mx', phase: 'jornada', drill: 'simulacro-1', ports: 'sshd-nginx', portals: [] });
  const portal = ['https://a.mx', 'https://*.b.mx'];
  t.deepEqual((await answers(shell, { ...whole, portal }, INIT_WORDS.es)).portals, portal);
  for (const [bad, reason] of [
    [{ difusor: 'Van guardia' }, /not a name/],
    [{ domain: 'localhost' }, /not a domain/],
    [{ phase: 'simulacro-1' }, /not one of jornada/],
    [{ iecKey: '/nonexistent' }, /neither a key nor a file/],
    [{ anchor: '/nonexistent' }, /is not there/],
    [
      { portal: ['https://a.mx', 'https://b.mx/portada'] },
      /--portal "https:\/\/b\.mx\/portada": .* without a path: https:\/\/b\.mx$/,
    ],
  ] as const) {
    await t.throwsAsync(answers(shell, { ...whole, ...bad }, INIT_WORDS.es), { instanceOf: UsageError, message: reason });
  }
  await t.throwsAsync(answers(shell, { ...whole, code: 'f'.repeat(64) }, INIT_WORDS.es), { instanceOf: NotTheOne });
});

/** Somebody at a terminal who types these lines. */
function typing(...lines: string[]): Shell {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stderr = new PassThrough();
  // Each line comes once it was asked for, as a terminal gives it.
  stderr.on('data', () => {
    const line = stderr.readableFlowing && lines.length > 0 ? lines.shift() : undefined;
    if (line !== undefined) setImmediate(() => stdin.write(`${line}\n`));
    else if (lines.length === 0) setImmediate(() => stdin.end());
  });
  return { stdin, stderr, cwd: '/', say: { warning: () => {} } } as unknown as Shell;
}

test('the printed hash is typed whole or by groups; one that is longer, shorter or another is not it', async (t) => {
  const held = { document: trust.document, bytes: trust.bytes, sha256: hashOf(trust.bytes) };
  const groups = held.sha256.match(/.{8}/g) ?? [];
  const compare = (...lines: string[]) => compareCode(typing('', ...lines), undefined, held, INIT_WORDS.es);
  await t.notThrowsAsync(compare(held.sha256.toUpperCase()));
  await t.notThrowsAsync(compare(...groups.slice(0, 3), groups.slice(3).join(' ')));
  for (const wrong of [`${held.sha256}00000000`, held.sha256.slice(0, -1), '0'.repeat(64)]) {
    await t.throwsAsync(compare(wrong, wrong, wrong), { instanceOf: NotTheOne }, wrong);
  }
});
