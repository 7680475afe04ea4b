import { execFileSync } from 'node:child_process';
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readTemplate, TemplateChanged } from '../../src/chain/template.ts';
import { UsageError } from '../../src/config/usage-error.ts';
import { hashOf } from '../../src/format/hash.ts';
import { type Code, Refusal } from '../../src/format/refusal.ts';
import { makeFolder, writeFiles } from '../kit/folders.ts';

const FILES = { 'index.html': '<!doctype html>', 'js/a.js': 'fetch("../corte/datos.json")', 'a.css': '' };

async function template(t: ExecutionContext, files: Readonly<Record<string, string | Buffer>> = FILES): Promise<string> {
  const folder = await makeFolder(t);
  await writeFiles(folder, files);
  return folder;
}

test('a template is its files, and its hash is that of the SHA256SUMS that sha256sum makes', async (t) => {
  const folder = await template(t);
  const sums = execFileSync('sha256sum', ['a.css', 'index.html', 'js/a.js'], { cwd: folder });
  const read = await readTemplate(folder);
  t.deepEqual(Buffer.from(read.sums), sums);
  t.like(read, { sha256: hashOf(sums), bytes: 43, count: 3 });
  await writeFiles(folder, { SHA256SUMS: sums });
  t.is((await readTemplate(folder)).sha256, read.sha256, 'it may have the list with it');
});

const refused = test.macro(async (t, code: Code, files: Readonly<Record<string, string | Buffer>>) => {
  const folder = await template(t, { 'index.html': 'x', ...files });
  const refusal = await t.throwsAsync(readTemplate(folder), { instanceOf: Refusal, code });
  t.not(refusal?.said.es, refusal?.said.en, 'in Spanish it is told in Spanish');
});
test('a list of other files', refused, 'manifest-mismatch', { SHA256SUMS: `${'a'.repeat(64)}  index.html\n` });
test('a forbidden name', refused, 'path-forbidden', { 'a\nb': 'x' });
test('a hidden name', refused, 'path-forbidden', { '.git/config': 'x' });
test('a file where the corte is', refused, 'path-forbidden', { 'corte/datos.json': 'x' });
test('two names that are one to some machines', refused, 'path-forbidden', { 'A.css': 'x', 'a.css': 'x' });
test('over 500 files', refused, 'too-large', Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`${i}.txt`, ''])));
test('over 16 MiB', refused, 'too-large', { 'a.bin': Buffer.alloc(16 * 1024 * 1024) });

test('a template without an index.html is none', async (t) => {
  await t.throwsAsync(readTemplate(await template(t, { 'a.html': 'x' })), { instanceOf: Refusal, code: 'manifest-malformed' });
});

test('a link, to a file or a folder, and a device are refused and not read', async (t) => {
  for (const make of [
    (at: string) => fs.symlink('/etc/passwd', join(at, 'x')),
    (at: string) => fs.symlink('/etc', join(at, 'x')),
    (at: string) => void execFileSync('mkfifo', [join(at, 'x')]),
  ]) {
    const folder = await template(t);
    await make(folder);
    const wrong = await t.throwsAsync(readTemplate(folder), { instanceOf: UsageError });
    t.not(wrong?.said.es, wrong?.said.en);
  }
});

test('a template that changes while it is read is none', async (t) => {
  const change = async (deed: (folder: string) => Promise<unknown>) => {
    const folder = await template(t);
    let isDone = false;
    const read = async () => {
      if (!isDone) await deed(folder);
      isDone = true;
    };
    await t.throwsAsync(readTemplate(folder, { read }), { instanceOf: TemplateChanged });
  };
  await change((folder) => fs.appendFile(join(folder, 'a.css'), 'b'));
  await change((folder) => fs.writeFile(join(folder, 'nuevo.css'), 'b'));
  await change((folder) => fs.rm(join(folder, 'index.html')));
  await change((folder) => fs.symlink('/etc/passwd', join(folder, 'x')));
  await change(async (folder) => {
    await fs.rm(join(folder, 'js'), { recursive: true });
    await fs.symlink('/etc', join(folder, 'js'));
  });
  await change(async (folder) => {
    const bytes = await fs.readFile(join(folder, 'index.html'));
    await fs.writeFile(join(folder, 'otro'), bytes);
    await fs.rename(join(folder, 'otro'), join(folder, 'index.html'));
  });
});
