import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { run } from '../../src/command/main.ts';
import type { Language } from '../../src/format/said.ts';
import { tellJournal } from '../../src/terminal/journal.ts';
import { EXIT, type ProcessSurroundings, type Shell, shellOver } from '../../src/terminal/shell.ts';
import { makeChain, writeDelivery } from '../kit/cortes.ts';
import { makeTrust, NOW, nextTrust, signTrust, writeAnchor, writeTrust } from '../kit/election.ts';
import { makeFolder, writeFiles } from '../kit/folders.ts';
import { makeNode } from '../kit/node.ts';

/** Why something is refused, to those who read Spanish; what programs read is the same in every language. */

/** A shell in a language; `read` ends its streams and gives what was written. */
function shellIn(language: Language) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const given = { ...process, stdout, stderr, env: {}, cwd: '/', now: () => NOW } as unknown as ProcessSurroundings;
  const textOf = async (stream: PassThrough) => Buffer.concat(await stream.end().toArray()).toString();
  const shell: Shell = shellOver(given, language);
  return { shell, read: async () => ({ stdout: await textOf(stdout), stderr: await textOf(stderr) }) };
}

/** The anchor and a second document that too few custodians signed. */
async function ill(t: ExecutionContext): Promise<string[]> {
  const folder = await makeFolder(t);
  const trust = signTrust(makeTrust());
  const anchor = await writeAnchor(trust, folder);
  await writeTrust(signTrust(nextTrust(trust), ['presidencia']), join(folder, 'trust/2.json'));
  return ['trust', 'verify', join(folder, 'trust'), '--anchor', anchor];
}

test('a refusal is told in Spanish, with its values and its code', async (t) => {
  const { shell, read } = shellIn('es');
  t.is(EXIT[await run(await ill(t), shell)], 1);
  const { stderr } = await read();
  t.true(stderr.includes('2.json: trust-threshold: lo firmaron 1 de los custodios de la versión 1, y hacen falta 2\n'), stderr);
});

test('JSON has the English, whatever the language is', async (t) => {
  const args = [...(await ill(t)), '--json'];
  for (const language of ['es', 'en'] as const) {
    const { shell, read } = shellIn(language);
    await run(args, shell);
    const { refused } = JSON.parse((await read()).stdout);
    t.deepEqual(refused, {
      version: 2,
      code: 'trust-threshold',
      detail: 'signed by 1 of the custodians of version 1, not by 2',
    });
  }
});

test('a wrong configuration is told in Spanish, at its line, with what to do', async (t) => {
  const folder = await makeFolder(t);
  await writeFiles(folder, { 'ancor.toml': 'difusor = "vanguardia"\nancor = "1.json"\n', 'open.toml': 'difusor = "vanguardia\n' });
  for (const [file, told] of [
    ['ancor.toml', ':2: clave desconocida: ancor\ncotejo: sugerencia: ¿quiso decir anchor?\n'],
    ['open.toml', ':1: no es TOML: hay un carácter de control en un texto\ncotejo: sugerencia: las comillas que empiezan'],
  ] as const) {
    const { shell, read } = shellIn('es');
    t.is(EXIT[await run(['difusor', 'status', '--config', join(folder, file)], shell)], 2);
    const { stderr } = await read();
    t.true(stderr.includes(`${join(folder, file)}${told}`), stderr);
  }
});

test("a node's journal is told in the reader's language; its logs and its reasons are not", async (t) => {
  const kit = await makeNode(t);
  const [, early] = makeChain(2, { trust: kit.trust });
  await writeDelivery(kit.config.inbox, early!);
  await writeFiles(join(kit.config.inbox, 'jornada-000001'), { 'otro.txt': 'x' });
  await kit.pass();
  const { shell, read } = shellIn('es');
  for (const event of kit.events) tellJournal(shell, event, {});
  const { stdout } = await read();
  t.true(
    stdout.includes('refused delivery=jornada-000001 code=delivery-malformed detail="\\"otro.txt\\" no va en una entrega"'),
    stdout,
  );
  t.regex(stdout, /^deferred delivery=jornada-000002 code=gap detail="falta el corte 1"$/m);
  t.is(JSON.parse(await readFile(kit.path('outbox/refused.jsonl'), 'utf8')).detail, '"otro.txt" does not belong');
  t.regex(await readFile(kit.path('state/others.jsonl'), 'utf8'), /"detail":"corte 1 is missing"/);
});
