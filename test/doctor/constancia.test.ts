import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { DECLARABLE } from '../../src/config/declarations.ts';
import { inSpanish, outcomeOf, type SpanishCheck, withDeclared } from '../../src/doctor/check.ts';
import { constanciaPage } from '../../src/doctor/constancia/page.ts';
import { readConstancia, verifyConstancia, writeConstancia } from '../../src/doctor/constancia/sealed.ts';
import { parseStatement } from '../../src/doctor/constancia/statement.ts';
import { judgeNode } from '../../src/doctor/judge/node.ts';
import { Refusal } from '../../src/format/refusal.ts';
import { encodeUtf8 } from '../../src/format/text.ts';
import { embeddedIn } from '../../src/keys/sealed-page.ts';
import { NOW } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey } from '../kit/keys.ts';
import { refuses } from '../kit/refuses.ts';
import { requires } from '../kit/requires.ts';
import { FIT } from './fit-machine.ts';

/** A constancia says what was signed, to the byte, and a changed one is refused, whoever changed it. */

const KEY = makeKey('vanguardia-web1');
const VERSION = '1.2.3';

/** Text that is hostile to a page and to a terminal, and as long as may be. */
const declared = Object.fromEntries(DECLARABLE.map((id) => [id, `</pre><script>"&'${'ñ'.repeat(140)}`]));
const checks = withDeclared(judgeNode(FIT, NOW), declared).map(inSpanish);

const stated = (changes: { checks?: readonly SpanishCheck[] } = {}) => {
  const all = changes.checks ?? checks;
  const fit = outcomeOf(all) === 'done';
  const who = { difusor: 'vanguardia', node: 'web1', made_at: '2018-06-01T12:00:00-05:00' };
  return { type: 'cotejo/constancia', format: 1, cotejo: VERSION, ...who, fit, checks: all } as const;
};

const pageOf = () => constanciaPage({ ...ordered(), key: KEY.publicKey });
const ordered = () => {
  const { type, format, cotejo, difusor, node, made_at, fit } = stated();
  return { type, format, cotejo, difusor, node, made_at, key: KEY.publicKey, fit, checks };
};

test('what is embedded in a page is what it was made of, and makes the same page again', (t) => {
  const page = pageOf();
  const statement = parseStatement(embeddedIn(page) ?? '');
  t.deepEqual(statement, { ...ordered() });
  t.is(constanciaPage(statement!), page);
  t.false(page.includes('<script'));
  t.is(parseStatement('{}'), null);
  t.is(parseStatement('nothing'), null);
  t.is(embeddedIn('<html>'), null);
});

test('a page and its signature are verified by ssh-keygen and by us; a changed byte, another key or none is refused', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'constancia.html');
  await writeConstancia(file, stated(), KEY);
  const good = await readConstancia(file, KEY.publicKey, VERSION);
  t.deepEqual(good.checks, checks);
  t.is((await readConstancia(file, null, VERSION)).key, KEY.publicKey);

  await writeFile(join(folder, 'signers'), `nodo ${KEY.publicKey}\n`);
  const page = await readFile(file);
  const verify = () =>
    execFileSync(
      'ssh-keygen',
      ['-Y', 'verify', '-n', 'constancia@cotejo', '-f', join(folder, 'signers'), '-I', 'nodo', '-s', `${file}.sig`],
      { input: page, encoding: 'utf8' },
    );
  t.regex(verify(), /^Good/);

  await t.throwsAsync(readConstancia(file, makeKey('otra').publicKey, VERSION), { instanceOf: Refusal, code: 'signer-unknown' });
  await writeFile(file, page.toString('utf8').replace('no cumplen: 0', 'no cumplen: 0 '));
  await t.throwsAsync(readConstancia(file, KEY.publicKey, VERSION), { instanceOf: Refusal, code: 'signature-invalid' });
  await writeFile(`${file}.sig`, 'none');
  await t.throwsAsync(readConstancia(file, KEY.publicKey, VERSION), { instanceOf: Refusal, code: 'signature-malformed' });
});

test('a page that shows something else than its statement is refused, although its key signed it', async (t) => {
  const seal = async (text: string) => {
    const page = encodeUtf8(text);
    return [page, await KEY.sign(page, 'constancia@cotejo')] as const;
  };
  const told = pageOf().replace('>480 GB<', '>960 GB<');
  const [page, signature] = await seal(told);
  refuses(t, 'content-mismatch', () => verifyConstancia(page, signature, KEY.publicKey, VERSION));
  const [bare, bareSignature] = await seal('<html>cumple</html>');
  refuses(t, 'content-mismatch', () => verifyConstancia(bare, bareSignature, KEY.publicKey, VERSION));
  const other = makeKey('otra');
  const borrowed = encodeUtf8(pageOf());
  const otherSignature = await other.sign(borrowed, 'constancia@cotejo');
  refuses(t, 'content-mismatch', () => verifyConstancia(borrowed, otherSignature, null, VERSION));
  // Made by another version, it may look otherwise: that is for that version to say.
  const error = t.throws(() => verifyConstancia(page, signature, KEY.publicKey, '9.9.9'));
  t.regex(error?.message ?? '', /1\.2\.3/);
  // A signature for another purpose is none.
  const acuse = await KEY.sign(page, 'acuse@cotejo');
  refuses(t, 'signature-malformed', () => verifyConstancia(page, acuse, KEY.publicKey, VERSION));
});

requires('chromium', ['chromium'])(
  'every check of a node is printed on one page of letter paper, with the longest texts',
  async (t) => {
    const folder = await makeFolder(t);
    const unmet = judgeNode(FIT, NOW).map((check) => ({ ...check, verdict: 'no-cumple' as const }));
    const wrong = withDeclared(unmet, declared);
    for (const [name, all] of [
      ['usual', judgeNode(FIT, NOW).map(inSpanish)],
      ['declared', checks],
      ['unmet', unmet.map(inSpanish)],
      ['wrong', wrong.map(inSpanish)],
    ] as const) {
      await writeConstancia(join(folder, `${name}.html`), stated({ checks: all }), KEY);
      const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${folder}/profile`, '--no-pdf-header-footer'];
      execFileSync('chromium', [...flags, `--print-to-pdf=${folder}/${name}.pdf`, `file://${folder}/${name}.html`], {
        stdio: 'ignore',
      });
      const pdf = await readFile(join(folder, `${name}.pdf`), 'latin1');
      t.is(pdf.match(/\/Type\s*\/Page\b/g)?.length, 1, name);
      t.regex(pdf, /\/MediaBox\s*\[0 0 612 792\]/, name);
    }
  },
);
