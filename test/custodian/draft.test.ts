import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../src/config/usage-error.ts';
import { draft } from '../../src/custodian/draft.ts';
import { readPlan, type TrustPlan } from '../../src/custodian/plan.ts';
import { parseTrust } from '../../src/format/trust.ts';
import { heldTrustOf } from '../../src/verdict/trust-chain.ts';
import { at, makeTrust, NOW, signTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';

const BEFORE = heldTrustOf(signTrust(makeTrust()).bytes);
const NOTHING: TrustPlan = { custodians: [], signers: [], phases: [] };
const next = (changes: Partial<TrustPlan>) => parseTrust(draft({ ...NOTHING, ...changes }, BEFORE, NOW));

/** The plan that gives the kit's document, all of it. */
function wholePlan(): TrustPlan {
  const { election, title, expires_at, threshold, custodians, signers, phases } = makeTrust();
  const withoutNulls = signers.map(({ name, key, phase }) => ({ name, key, phase }));
  return { election, title, expires_at, threshold, custodians, signers: withoutNulls, phases };
}

test('version 1 is what the plan says; an absent first is 1, an absent last is null, the hour is now', (t) => {
  const document = parseTrust(draft(wholePlan(), null, NOW));
  t.deepEqual(document, { ...makeTrust(), issued_at: '2018-07-02T01:00:00-05:00' });
});

test('the next version carries over whatever the plan does not change', (t) => {
  t.deepEqual(next({}), { ...BEFORE.document, version: 2, previous: BEFORE.sha256, issued_at: '2018-07-02T01:00:00-05:00' });
});

test('an entry is found by its name; what is new comes after what was there', (t) => {
  const { publicKey } = makeKey('firma-2');
  const { signers } = next({
    signers: [
      { name: 'firma-1', last: 36 },
      { name: 'firma-2', key: publicKey, phase: 'jornada', first: 37 },
    ],
  });
  t.deepEqual(
    signers.map(({ name, first, last }) => [name, first, last]),
    [
      ['ensayo-1', 1, null],
      ['firma-1', 1, 36],
      ['relevo-1', 1, null],
      ['firma-2', 37, null],
    ],
  );
});

test('a custodian leaves, another enters, a third has a new key', (t) => {
  const [entering, renewed] = [makeKey('contraloria').publicKey, makeKey('auditor, again').publicKey];
  const { custodians, threshold } = next({
    threshold: 3,
    custodians: [
      { name: 'cotaprep', remove: true },
      { name: 'contraloria', key: entering },
      { name: 'auditor', key: renewed },
    ],
  });
  t.is(threshold, 3);
  t.deepEqual(custodians, [
    { name: 'presidencia', key: makeKey('presidencia').publicKey },
    { name: 'auditor', key: renewed },
    { name: 'contraloria', key: entering },
  ]);
});

test('the hours of a phase move and its other members stay', (t) => {
  const { phases } = next({ phases: [{ name: 'jornada', opens_at: '2018-07-01T19:30:00-05:00' }] });
  t.deepEqual(phases[1], { ...BEFORE.document.phases[1], opens_at: '2018-07-01T19:30:00-05:00' } as (typeof phases)[1]);
});

const refuses = test.macro((t, changes: Partial<TrustPlan>, code: string) => {
  t.throws(() => next(changes), { code });
});
const { publicKey } = makeKey('x');
test(
  'T1: an end before the beginning is refused',
  refuses,
  { signers: [{ name: 'x', key: publicKey, phase: 'jornada', first: 9, last: 7 }] },
  'trust-malformed',
);
test(
  'T1: a document that has expired when it is issued is refused',
  refuses,
  { expires_at: '2018-07-01T00:00:00-05:00' },
  'trust-malformed',
);
test(
  'T2: one key for two is refused',
  refuses,
  { signers: [{ name: 'x', key: makeKey('auditor').publicKey, phase: 'jornada' }] },
  'trust-malformed',
);
test(
  'T2: a phase that nobody listed is refused',
  refuses,
  { signers: [{ name: 'x', key: publicKey, phase: 'otra' }] },
  'trust-malformed',
);
test('T3: another election is refused', refuses, { election: 'otra' }, 'trust-version');
test('T3: an hour of issue before the last one is refused', refuses, { issued_at: '2017-01-01T00:00:00-05:00' }, 'trust-version');
test('T5: a signer that goes is refused', refuses, { signers: [{ name: 'firma-1', remove: true }] }, 'trust-rewrites');
test('T5: a signer with another key is refused', refuses, { signers: [{ name: 'firma-1', key: publicKey }] }, 'trust-rewrites');
test(
  'T5: a signer of another phase is refused',
  refuses,
  { signers: [{ name: 'firma-1', phase: 'simulacro-1' }] },
  'trust-rewrites',
);
test(
  'T5: a simulacro that becomes official is refused',
  refuses,
  { phases: [{ name: 'simulacro-1', kind: 'oficial' }] },
  'trust-rewrites',
);

test('T3: by a clock that is behind the last ceremony, a document bears that ceremony’s hour', (t) => {
  const issued = Date.parse(BEFORE.document.issued_at);
  const hourBy = (now: number) => parseTrust(draft(NOTHING, BEFORE, now)).issued_at;
  t.is(hourBy(0), at(issued));
  t.is(hourBy(issued - 1000), at(issued));
  t.is(hourBy(issued + 1000), at(issued + 1000));
});

test('an ended signer can not be extended later, but it can be ended earlier', (t) => {
  const ended = heldTrustOf(draft({ ...NOTHING, signers: [{ name: 'firma-1', last: 36 }] }, BEFORE, NOW));
  t.throws(() => draft({ ...NOTHING, signers: [{ name: 'firma-1', last: 37 }] }, ended, NOW), { code: 'trust-rewrites' });
  t.notThrows(() => draft({ ...NOTHING, signers: [{ name: 'firma-1', last: 0 }] }, ended, NOW));
});

test('a plan that lacks something, or removes something that is not there, is wrong usage', (t) => {
  for (const plan of [
    { ...wholePlan(), title: undefined },
    { ...wholePlan(), signers: [{ name: 'x', phase: 'jornada' }] },
  ]) {
    t.throws(() => draft(plan as TrustPlan, null, NOW), { instanceOf: UsageError });
  }
  t.throws(() => next({ custodians: [{ name: 'nadie', remove: true }] }), { instanceOf: UsageError });
  const twice = ['auditor', 'ople'].map((name) => [
    { name, key: publicKey },
    { name, key: publicKey },
  ]);
  for (const custodians of twice) t.throws(() => next({ custodians }), { instanceOf: UsageError });
});

/** What is said of a plan's text after the kit's document, or of a first one, where no schema sees what is wrong. */
const tells = test.macro(async (t, text: string, before: typeof BEFORE | null, line: number, says: RegExp, hint: RegExp) => {
  const file = join(await makeFolder(t), 'plan.toml');
  await writeFile(file, text);
  const { plan, place } = await readPlan(file);
  const error = t.throws(() => draft(plan, before, NOW, place), { instanceOf: UsageError });
  t.true(error?.message.startsWith(`${file}:${line}: `), error?.message);
  t.regex(error?.message ?? '', says);
  t.regex(String(error?.hint), hint);
});
const entry = (table: string, name: string, more = '') => `[[${table}]]\nname = "${name}"\n${more}\n`;
test('a threshold over the custodians', tells, '\nthreshold = 5\n', BEFORE, 2, /threshold 5 of 3 custodians$/, /at most 3/);
test(
  'a threshold that stays when custodians go',
  tells,
  ['presidencia', 'cotaprep'].map((name) => entry('custodians', name, 'remove = true')).join(''),
  BEFORE,
  1,
  /threshold 2 of 1 custodians$/,
  /the threshold before was 2/,
);
test(
  'a name to remove that is mistyped',
  tells,
  entry('custodians', 'presidensia', 'remove = true'),
  BEFORE,
  1,
  /no custodian presidensia to remove$/,
  /^did you mean presidencia\?$/,
);
test(
  'a name to change that is mistyped',
  tells,
  entry('signers', 'relevo-1', 'last = 9') + entry('signers', 'frima-1', 'last = 36'),
  BEFORE,
  4,
  /no key of signer frima-1$/,
  /^did you mean firma-1\?$/,
);
test(
  'two entries of one name',
  tells,
  entry('signers', 'firma-1', 'last = 9') + entry('signers', 'firma-1', 'last = 36'),
  BEFORE,
  4,
  /two entries for signer firma-1$/,
  /plan\.toml:1$/,
);
test('nothing of what a first one needs', tells, 'election = "x"\n', null, 1, /no expires_at$/, /--after/);

test('a plan names its keys as keys or as files beside it', async (t) => {
  const folder = await makeFolder(t);
  const key = makeKey('presidencia');
  await writePrivateKey(key, join(folder, 'presidencia'), 'una persona');
  const file = join(folder, 'plan.toml');
  await writeFile(
    file,
    `[[custodians]]\nname = "a"\nkey = "presidencia.pub"\n[[custodians]]\nname = "b"\nkey = "${key.publicKey} comment"\n`,
  );
  t.deepEqual((await readPlan(file)).plan.custodians, [
    { name: 'a', key: key.publicKey },
    { name: 'b', key: key.publicKey },
  ]);
  await writeFile(file, '[[custodians]]\nname = "a"\nkey = "presidencia"\n');
  await t.throwsAsync(readPlan(file), { instanceOf: UsageError, message: /is a private key/ });
  await writeFile(file, '[[custodians]]\nname = "a"\nkey = "nobody.pub"\n');
  await t.throwsAsync(readPlan(file), { code: 'ENOENT' });
  await writeFile(file, '[[custodians]]\nname = "a"\nkey = "ssh-rsa AAAA"\n');
  await t.throwsAsync(readPlan(file), {
    instanceOf: UsageError,
    message: /plan\.toml:3: custodians\[1\]\.key: expected a key of type ssh-ed25519/,
  });
  await writeFile(file, '[[signers]]\nname = "a"\nlsat = 3\n');
  await t.throwsAsync(readPlan(file), { instanceOf: UsageError, message: /plan\.toml:3: unknown key signers\[1\]\.lsat/ });
});
