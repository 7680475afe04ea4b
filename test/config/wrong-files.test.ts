import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { UsageError } from '../../src/config/usage-error.ts';
import { readPlan } from '../../src/custodian/plan.ts';
import { readDifusorConfig } from '../../src/difusor/setup/config.ts';
import { readIecConfig } from '../../src/iec/setup/config.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey } from '../kit/keys.ts';

/** The three files that people write, wrong as people write them: each is told at its own line, with what to do. */

const KEY = makeKey('x').publicKey;

const DIFUSOR = `# a node
difusor = "vanguardia"
node = "web1"
anchor = "anchor.json"
state = "state"
inbox = "inbox"
outbox = "outbox"
acuse_key = "acuse_key"

[[difusores]]
title = "El Norte"
url = "https://norte.example/"

[sftp]
host_key = "host_key"
iec_keys = ["${KEY}"]
`;

const IEC = `chain = "chain"
source = "publicacion"
phase = "jornada"
key = "firma"
ssh_key = "ssh_iec"
panel = "panel"

[[difusor]]
name = "vanguardia"
title = "Vanguardia"
url = "https://prep.example/"

[[difusor.node]]
name = "web1"
host = "192.0.2.10"
user = "iec"
host_key = "SHA256:${'A'.repeat(43)}"
acuse_key = "${KEY}"
inbox = "inbox"
outbox = "outbox"
`;

const PLAN = `election = "coahuila"
title = "PREP"
expires_at = 2018-12-31T23:59:59-06:00
threshold = 1

[[custodians]]
name = "presidencia"
key = "${KEY}"

[[phases]]
name = "jornada"
kind = "oficial"
opens_at = 2018-07-01T20:00:00-05:00
closes_at = 2018-07-02T20:00:00-05:00
period_seconds = 600
missed_limit = 3
grace_seconds = 120
`;

const FILES = {
  difusor: [DIFUSOR, readDifusorConfig],
  iec: [IEC, readIecConfig],
  plan: [PLAN, readPlan],
} as const;

async function readWith(t: ExecutionContext, which: keyof typeof FILES, change: (text: string) => string) {
  const [text, read] = FILES[which];
  const file = join(await makeFolder(t), 'it.toml');
  await writeFile(file, change(text));
  return { file, reading: read(file) };
}

test('as they are here, all three are right', async (t) => {
  for (const which of ['difusor', 'iec', 'plan'] as const) {
    await t.notThrowsAsync((await readWith(t, which, (text) => text)).reading, which);
  }
});

const told = test.macro(
  async (t, which: keyof typeof FILES, change: (text: string) => string, line: number, says: RegExp, hint: RegExp | null) => {
    const { file, reading } = await readWith(t, which, change);
    const error = await t.throwsAsync(reading, { instanceOf: UsageError });
    t.true(error?.message.startsWith(`${file}:${line}: `), error?.message);
    t.regex(error?.message ?? '', says);
    if (hint === null) t.is(error?.hint, null);
    else t.regex(String(error?.hint), hint);
  },
);
const change = (from: string, to: string) => (text: string) => text.replace(from, to);
const append = (line: string) => (text: string) => `${text}${line}\n`;

// Slips of the fingers.
test('ancor', told, 'difusor', change('anchor =', 'ancor ='), 4, /unknown key ancor$/, /^did you mean anchor\?$/);
test('iec_key', told, 'difusor', change('iec_keys =', 'iec_key ='), 16, /unknown key sftp\.iec_key$/, /^did you mean iec_keys\?/);
test('ssh-key', told, 'iec', change('ssh_key =', 'ssh-key ='), 5, /unknown key ssh-key$/, /^did you mean ssh_key\?/);
test(
  'acuse',
  told,
  'iec',
  change('acuse_key =', 'acusekey ='),
  18,
  /unknown key difusor\[1\]\.node\[1\]\.acusekey$/,
  /acuse_key\?/,
);
test('treshold', told, 'plan', change('threshold =', 'treshold ='), 4, /unknown key treshold$/, /^did you mean threshold\?/);
test('closes', told, 'plan', change('closes_at =', 'close_at ='), 14, /unknown key phases\[1\]\.close_at$/, /closes_at\?/);
test('[sfpt]', told, 'difusor', change('[sftp]', '[sfpt]'), 14, /unknown key sfpt$/, /^did you mean sftp\?/);
test('[[custodian]]', told, 'plan', change('[[custodians]]', '[[custodian]]'), 6, /unknown key custodian$/, /custodians\?/);
test(
  'the first in the file is told',
  told,
  'difusor',
  (s) => s.replace('host_key', 'hostkey').replace('node =', 'nod ='),
  3,
  /nod$/,
  /node/,
);
test('nothing near', told, 'difusor', change('difusor =', 'xyz ='), 2, /unknown key xyz$/, /^known here: difusor, node, anchor,/);

// In the wrong table.
test(
  'appended',
  told,
  'difusor',
  append('poll_seconds = 5'),
  17,
  /unknown key sftp\.poll_seconds$/,
  /belongs above \[\[difusores\]\] \(line 10\)/,
);
test(
  'appended, mistyped',
  told,
  'difusor',
  append('pol_seconds = 5'),
  17,
  /unknown/,
  /mean poll_seconds\? It belongs above \[\[difusores\]\]/,
);
test(
  'at the top',
  told,
  'difusor',
  change('# a node', 'inbox_bytes = 1'),
  1,
  /unknown key inbox_bytes$/,
  /belongs in \[sftp\] \(line 14\)/,
);
test(
  'of no such table',
  told,
  'difusor',
  (s) => `inbox_bytes = 1\n${s.split('[sftp]')[0]}`,
  1,
  /inbox_bytes$/,
  /\[sftp\]: below such a line/,
);
test(
  'of the table around',
  told,
  'iec',
  append('contact = "x"'),
  21,
  /unknown key/,
  /belongs in \[\[difusor\]\], above \[\[difusor\.node\]\]/,
);
test(
  'of a table beside',
  told,
  'plan',
  change('kind =', 'last ='),
  12,
  /unknown key phases\[1\]\.last$/,
  /belongs in \[\[signers\]\]/,
);
test(
  'a threshold below',
  told,
  'plan',
  append('threshold = 2'),
  18,
  /phases\[1\]\.threshold/,
  /above \[\[custodians\]\] \(line 6\)/,
);
test('[difusor]', told, 'iec', change('[[difusor]]', '[difusor]'), 8, /expected \[\[difusor\]\], found \[difusor\]$/, /several/);
test('[[sftp]]', told, 'difusor', change('[sftp]', '[[sftp]]'), 14, /expected \[sftp\], found \[\[sftp\]\]$/, /only one/);

// Of another type, or out of its range.
test('a number for a text', told, 'difusor', change('"web1"', '1'), 3, /node: expected a text in quotes, found 1$/, null);
test(
  'a text for a number',
  told,
  'iec',
  change('user =', 'port = "22"\nuser ='),
  16,
  /expected a number without quotes, found "22"$/,
  null,
);
test('a text for a list', told, 'difusor', change(`["${KEY}"]`, '"x"'), 16, /expected a list in brackets, found "x"$/, null);
test('a text for a table', told, 'difusor', (s) => `sftp = "x"\n${s.split('[sftp]')[0]}`, 1, /expected a table, found "x"$/, null);
test(
  'a text for yes or no',
  told,
  'iec',
  change('panel =', 'agent = "yes"\npanel ='),
  6,
  /expected true or false, found "yes"$/,
  null,
);
test(
  'no such choice',
  told,
  'difusor',
  change('# a node', 'stale = "avizo"'),
  1,
  /expected "aviso" or "warn", found "avizo"$/,
  /aviso\?/,
);
test('too small', told, 'difusor', change('# a node', 'poll_seconds = 0'), 1, /expected at least 0\.1, found 0$/, null);
test(
  'too large',
  told,
  'difusor',
  change('# a node', 'keep_trees_minutes = 10000'),
  1,
  /expected at most 1440, found 10000$/,
  null,
);
test('not whole', told, 'difusor', change('# a node', 'keep_trees_minutes = 1.5'), 1, /expected a whole number, found 1\.5$/, null);
test('no port', told, 'iec', change('user =', 'port = 70000\nuser ='), 16, /expected at most 65535, found 70000$/, null);
test('no kind', told, 'plan', change('"oficial"', '"oficia"'), 12, /expected "oficial" or "simulacro"/, /oficial\?/);

// Not TOML.
test('no quotes', told, 'difusor', change('"web1"', 'web1'), 3, /not TOML/, /quotes/);
test('twice', told, 'difusor', append('host_key = "x"'), 17, /not TOML/, /twice: host_key = "x"$/);
test('a colon', told, 'difusor', change('node =', 'node:'), 3, /not TOML/, /key = value/);
test('not closed', told, 'difusor', change('"web1"', '"web1'), 3, /not TOML/, /not closed/);
test('a Windows path', told, 'difusor', change('"state"', '"C:\\state"'), 5, /not TOML/, /\\\\/);

test('what is pasted into the wrong line is not shown', async (t) => {
  const secret = '-----BEGIN OPENSSH PRIVATE KEY-----\\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU';
  const { reading } = await readWith(t, 'difusor', change('# a node', `poll_seconds = "${secret}"`));
  const error = await t.throwsAsync(reading, { instanceOf: UsageError });
  t.notRegex(`${error?.message}${String(error?.hint)}`, /b3Blbn/);
});
