import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { signerOver } from '../../src/format/sshsig.ts';
import { writeSealed } from '../../src/keys/sealed.ts';
import { sh } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey } from '../kit/keys.ts';
import { repository } from '../kit/programs.ts';

const at = (module: string) => join(repository(), 'dist', module);

test('a document that could not be written leaves the one before it with its own signature', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'constancia.html');
  const key = makeKey('nodo');
  await writeSealed(file, Buffer.from('la primera'), 'constancia@cotejo', key);
  const program = `
    const { writeSealed } = await import("${at('src/keys/sealed.js')}");
    const { makeKey } = await import("${at('test/kit/keys.js')}");
    await writeSealed("${file}", Buffer.alloc(1_000_000), "constancia@cotejo", makeKey("nodo"));`;
  t.not((await sh(`trap '' XFSZ; ulimit -f 1; exec ${process.execPath} --input-type=module -e '${program}'`, folder)).status, 0);
  t.deepEqual(readdirSync(folder).sort(), ['constancia.html', 'constancia.html.sig']);
  const about = { namespace: 'constancia@cotejo', key: key.publicKey, what: file } as const;
  t.is(signerOver(readFileSync(file), readFileSync(`${file}.sig`), about), key.publicKey);
});

test('a new document never stands beside the signature of an earlier one', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'constancia.html');
  const key = makeKey('nodo');
  await writeSealed(file, Buffer.from('la primera'), 'constancia@cotejo', key);
  // Killed when the signature is to be written: nothing can be made under its name beside it.
  const program = `
    const { promises: fs } = await import("node:fs");
    const { open } = fs;
    fs.open = (path, ...rest) => String(path).startsWith("${file}.sig") ? process.exit(9) : open(path, ...rest);
    const { writeSealed } = await import("${at('src/keys/sealed.js')}");
    const { makeKey } = await import("${at('test/kit/keys.js')}");
    await writeSealed("${file}", Buffer.from("la segunda"), "constancia@cotejo", makeKey("nodo"));`;
  t.is((await sh(`exec ${process.execPath} --input-type=module -e '${program}'`, folder)).status, 9);
  t.is(readFileSync(file, 'utf8'), 'la segunda');
  t.false(existsSync(`${file}.sig`));
});
