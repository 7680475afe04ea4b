import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../../src/config/usage-error.ts';
import { readPlan } from '../../../src/custodian/plan.ts';
import { countRefused, refusedInLastHour } from '../../../src/difusor/inbox/refused-count.ts';
import { readDifusorConfig } from '../../../src/difusor/setup/config.ts';
import { openLineLog } from '../../../src/disk/line-log.ts';
import { Refusal } from '../../../src/format/refusal.ts';
import { openIdentity } from '../../../src/iec/link/ssh-identity.ts';
import { readCalls } from '../../../src/iec/record/calls.ts';
import { readEstado } from '../../../src/iec/record/estado.ts';
import { readIecConfig } from '../../../src/iec/setup/config.ts';
import { openKeyFile } from '../../../src/keys/key-file.ts';
import { parseWord, wordLine } from '../../../src/serve/apart/words.ts';
import { makeKey, writePrivateKey } from '../../kit/keys.ts';
import { chosen, orNull, orNullLater, promise, seed, type Target } from '../target.ts';

/** Files that people, a killed process or a power cut wrote: configurations, private keys, logs. */

const folder = mkdtempSync(join(tmpdir(), 'cotejo-fuzz-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
mkdirSync(at('panel'));
for (const file of ['ca.pub', 'f1.pub']) writeFileSync(at(file), makeKey(file).publicKey);

const key = makeKey('iec').publicKey;
const difusor = `difusor = "vanguardia"\nnode = "web1"\nanchor = "1.json"\nstate = "state"\ninbox = "inbox"\noutbox = "outbox"
acuse_key = "acuse_key"\nstale = "warn"\nkeep_trees_minutes = 60\npoll_seconds = 2\ndifusores = [{ title = "El Siglo", url = "https://s.example/" }]
[sftp]\niec_keys = ["${key}"]\nhost_key = "host_key"\n`;
const iec = `chain = "chain"\nsource = "publicacion"\nphase = "jornada"\nkey = "firma"\nssh_key = "ssh"\npanel = "panel"
[[difusor]]\nname = "vanguardia"\ntitle = "Vanguardia"\nurl = "https://v.example/"\n[[difusor.node]]\nname = "web1"
host = "192.0.2.10"\nuser = "cotejo-iec"\nhost_key = "SHA256:${'A'.repeat(43)}"\nacuse_key = "${key}"\ninbox = "inbox"\noutbox = "outbox"\n`;
const plan = `election = "prueba-2026"\ntitle = "Prueba"\nissued_at = 2026-01-01T00:00:00-06:00\nexpires_at = "2026-12-01T00:00:00-06:00"
threshold = 1\ncustodians = [{ name = "ca", key = "ca.pub" }]\nsigners = [{ name = "f1", key = "f1.pub", phase = "jornada" }]
phases = [{ name = "jornada", kind = "oficial", opens_at = "2026-06-01T18:00:00-06:00", closes_at = "2026-06-02T18:00:00-06:00", period_seconds = 600, missed_limit = 3, grace_seconds = 60 }]\n`;

const READERS: readonly ((file: string) => Promise<unknown>)[] = [
  (file: string) => readDifusorConfig(file),
  (file: string) => readIecConfig(file),
  (file: string) => readPlan(file),
];

export const toml: Target = {
  seeds: [seed(0, difusor), seed(1, iec), seed(2, plan)],
  words: [
    '[[',
    ']]',
    '[a.b]',
    '"""',
    "'''",
    '\\u0000',
    '1979-05-27T07:32:00Z',
    '0x1',
    '1_0',
    'inf',
    '__proto__ = 1',
    '# ',
    '\r\n',
    '\uFEFF',
  ],
  most: 4096,
  async take(bytes) {
    const { one, rest } = chosen(bytes, READERS);
    writeFileSync(at('config.toml'), rest);
    try {
      await one(at('config.toml'));
    } catch (error) {
      // A plan names files, and whatever the disk says of those is said as it is.
      if (!(error instanceof UsageError) && !(error instanceof Refusal) && !('syscall' in (error as Error))) throw error;
    }
  },
};

const privateKey = readFileSync(await writePrivateKey(makeKey('iec'), at('key'), 'iec'));

export const keyFiles: Target = {
  seeds: [privateKey, Buffer.from(key)],
  words: [
    '-----BEGIN OPENSSH PRIVATE KEY-----\n',
    '-----END OPENSSH PRIVATE KEY-----\n',
    'openssh-key-v1\0',
    'none',
    'bcrypt',
    'aes256-ctr',
  ],
  most: 2048,
  async take(bytes) {
    writeFileSync(at('secret'), bytes, { mode: 0o600 });
    const opened = await orNullLater(
      () => openKeyFile(at('secret'), { passphrase: () => Promise.resolve('x') }),
      UsageError,
      Refusal,
    );
    await orNullLater(() => openIdentity(at('secret'), {}), UsageError, Refusal);
    if (opened) promise(opened.publicKey.startsWith('ssh-ed25519 '), 'a key that was opened is of the one kind');
  },
};

const LOGS: readonly ((bytes: Uint8Array) => void | Promise<void>)[] = [
  (bytes: Uint8Array) => {
    writeFileSync(at('log'), bytes);
    openLineLog(at('log'), 100_000).append('{"event":"started"}');
    promise(readFileSync(at('log'), 'latin1').split('\n').at(-2) === '{"event":"started"}', 'a new line stands by itself');
  },
  async (bytes: Uint8Array) => {
    writeFileSync(at('panel/estado.json'), bytes);
    await readEstado(at('panel'), 'jornada');
  },
  async (bytes: Uint8Array) => {
    writeFileSync(at('refused'), bytes);
    await countRefused(at('refused'), 1, 1e12);
    promise(Number.isInteger(refusedInLastHour(at('refused'), 1e12)), 'a count is a number');
  },
  (bytes: Uint8Array) => {
    const word = orNull(() => parseWord(Buffer.from(bytes).toString()));
    if (word) promise(wordLine(word).length < 10_000, 'a word of a port is short');
  },
  async (bytes: Uint8Array) => {
    writeFileSync(at('panel/llamadas.json'), bytes);
    const calls = await readCalls(at('panel'), 'jornada');
    promise(
      calls.every(({ node, at: hour, note }) => typeof node === 'string' && typeof hour === 'string' && typeof note === 'string'),
      'a call is of a node, with its hour and its note',
    );
  },
];

export const logs: Target = {
  seeds: [
    seed(0, '{"event":"a"}\n{"ev'),
    seed(0, `{"event":"a"}\n${'\0'.repeat(9)}`),
    seed(1, '{"phase":"jornada","format":1,"nodes":[]}\n'),
    seed(4, '{"phase":"jornada","calls":[{"node":"a/web1","episode":{"count":1,"since":"t"},"at":"t","note":""}]}\n'),
    seed(2, '[[16666666,3],[16666665,1]]'),
    seed(3, wordLine({ event: { event: 'login-refused', attempts: 3 } } as never)),
  ],
  words: ['\n', '\0', '{"', '"}', '[[', ']]', '1e999', 'null', '"event":', 'listening'],
  most: 8192,
  async take(bytes) {
    const { one, rest } = chosen(bytes, LOGS);
    await one(rest);
  },
};
