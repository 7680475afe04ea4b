import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { sh } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { blocksOf, walk } from '../kit/guide.ts';
import { repository } from '../kit/programs.ts';

/** What CONTRIBUTING.md says is true. */

const page = await readFile(join(repository(), 'CONTRIBUTING.md'), 'utf8');

test('every file and folder that the page names is there', (t) => {
  const paths = [...page.matchAll(/`((?:src|test|docs|bench|systemd)\/[\w./-]*)`/g)].map(([, path]) => path as string);
  t.true(paths.length > 30);
  t.deepEqual(
    paths.filter((path) => !existsSync(join(repository(), path))),
    [],
  );
});

test('every script that the page names is one of package.json', async (t) => {
  const { scripts } = JSON.parse(await readFile(join(repository(), 'package.json'), 'utf8')) as { scripts: object };
  const named = [...page.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name]) => name as string);
  t.true(named.length > 10);
  t.deepEqual(
    named.filter((name) => !Object.hasOwn(scripts, name)),
    [],
  );
});

test('its blocks run as they stand there', async (t) => {
  const script = walk(blocksOf(page), 0, 0).join('\n');
  t.regex(script, /difusor init[^]*COTEJO_DEBUG[^]*--cpu-prof/);
  const { status, stdout, stderr } = await sh(script, repository(), { TMPDIR: await makeFolder(t) });
  t.is(status, 0, stderr);
  t.regex(stdout, /^cotejo: debug: .* end of the turn$/m);
  t.regex(stdout, /"code":"trust-expired"/);
});

test('the sentence of the format that it takes as its example is the one of the page, and its codes are that step’s', async (t) => {
  const format = await readFile(join(repository(), 'docs/format.md'), 'utf8');
  const quoted = /"(`taken_at` [^…"]+), …"/.exec(page)?.[1];
  t.true(quoted !== undefined && format.includes(`- **A7** ${quoted}`));
  t.true(format.includes('| `time-order`, `time-future`, `phase-closed` | A7 |'));
});
