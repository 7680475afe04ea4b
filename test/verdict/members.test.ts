import test, { type ExecutionContext } from 'ava';
import type { Code } from '../../src/format/refusal.ts';
import { type Member, MemberJudge } from '../../src/verdict/members.ts';
import { type Corte, makeChain, makeCorte } from '../kit/cortes.ts';
import { makeTrust, signTrust } from '../kit/election.ts';
import { refuses } from '../kit/refuses.ts';

const trust = signTrust(makeTrust());
const [first, second] = makeChain(2, { trust }) as [Corte, Corte];

interface Shown extends Member {
  sha256: string;
}

const judgeOf = (corte: Corte, previous: Corte | null = first) =>
  new MemberJudge(corte.statement, corte.manifest, previous?.manifest ?? []);

/** What an honest package of the corte holds. */
function membersOf(corte: Corte, previous: Corte | null): Shown[] {
  return judgeOf(corte, previous).wanted.map(({ path, sha256 }) => ({
    name: path,
    type: 'file',
    size: corte.content[path]!.length,
    sha256,
  }));
}

function show(members: readonly Shown[], judge: MemberJudge): void {
  for (const member of members) judge.confirm(judge.announce(member), member.sha256);
  judge.finish();
}

const honest = membersOf(second, first);

function rejects(t: ExecutionContext, code: Code, members: readonly Shown[], message?: string) {
  refuses(t, code, () => show(members, judgeOf(second)), message);
}

test('the members of an honest package pass, in the first corte and in later ones', (t) => {
  t.notThrows(() => show(membersOf(first, null), judgeOf(first, null)));
  t.notThrows(() => show(honest, judgeOf(second)));
  t.deepEqual(
    honest.map(({ name }) => name),
    ['actas/0002 básica.jpg', 'actas/0003 básica.jpg', 'base/COAH_AYUN_2018.csv', 'datos/Acuña.json', 'index.html'],
  );
});

test('a corte in which nothing is new has a package of no members', (t) => {
  const idle = makeCorte({ trust, previous: first, files: first.content });
  t.notThrows(() => show([], judgeOf(idle)));
  refuses(t, 'package-malformed', () => judgeOf(idle).announce({ name: 'index.html', type: 'file', size: 1 }));
});

test('a member that is no regular file is refused, even under a name that is wanted', (t) => {
  const kinds = ['symlink', 'link', 'directory', 'character-device', 'block-device', 'fifo', 'contiguous-file', 'pax-header'];
  for (const type of [...kinds, 'gnu-long-path', null, undefined, '']) {
    const [member, ...rest] = honest as [Shown, ...Shown[]];
    rejects(t, 'package-malformed', [{ ...member, type }, ...rest], String(type));
  }
});

test('a member that the manifest does not list is refused', (t) => {
  const names = [
    'other',
    '../../etc/passwd',
    '/etc/passwd',
    './index.html',
    'index.html/',
    'INDEX.HTML',
    'index.html\0',
    '',
    '__proto__',
  ];
  names.push('actas', 'datos/Acun\u0303a.json', '\u001b[2J');
  for (const name of names) rejects(t, 'package-malformed', [{ name, type: 'file', size: 0, sha256: '' }, ...honest], name);
});

test('a member whose content the corte before has is refused', (t) => {
  const old = { name: 'css/estilo.css', type: 'file', size: 19, sha256: 'a'.repeat(64) };
  rejects(t, 'package-malformed', [honest[0]!, honest[1]!, honest[2]!, old, ...honest.slice(3)]);
});

test('of two paths with the same new content, only the first may bring it', (t) => {
  const corte = makeCorte({ trust, files: { a: 'same', b: 'same', c: 'other' } });
  const [a, c] = membersOf(corte, null) as [Shown, Shown];
  t.deepEqual([a.name, c.name], ['a', 'c']);
  refuses(t, 'package-malformed', () => show([a, { ...a, name: 'b' }, c], judgeOf(corte, null)));
  refuses(t, 'package-malformed', () => show([{ ...a, name: 'b' }, c], judgeOf(corte, null)));
});

test('a member twice, or out of order, is refused', (t) => {
  const [a, b, ...rest] = honest as [Shown, Shown, ...Shown[]];
  rejects(t, 'package-malformed', [a, a, b, ...rest]);
  rejects(t, 'package-malformed', [b, a, ...rest]);
  rejects(t, 'package-malformed', [...honest].reverse());
  rejects(t, 'package-malformed', [...honest, a]);
});

test('a size that is not the stated one is refused, as soon as it goes past', (t) => {
  const [member, ...rest] = honest as [Shown, ...Shown[]];
  rejects(t, 'content-mismatch', [{ ...member, size: member.size + 1 }, ...rest]);
  rejects(t, 'content-mismatch', [{ ...member, size: member.size - 1 }, ...rest]);
  const judge = judgeOf(second);
  const huge = second.statement.package.content_bytes + 1;
  refuses(t, 'content-mismatch', () => judge.announce({ ...member, size: huge }), 'before a byte of it is read');
});

test('a size that is not a whole number of bytes is refused', (t) => {
  const [member, ...rest] = honest as [Shown, ...Shown[]];
  for (const size of [Number.NaN, -1, Number.POSITIVE_INFINITY, 1e300])
    rejects(t, 'content-mismatch', [{ ...member, size }, ...rest]);
});

test('more members than stated are refused when the first too many is announced', (t) => {
  const fewer = makeCorte({
    trust,
    files: second.content,
    previous: first,
    mutate: (s) => ({ ...s, package: { ...s.package, files: s.package.files - 1 } }),
  });
  const judge = judgeOf(fewer);
  for (const member of honest.slice(0, -1)) judge.announce(member);
  refuses(t, 'content-mismatch', () => judge.announce(honest.at(-1)!));
});

test('content of another hash is refused', (t) => {
  const [member, ...rest] = honest as [Shown, ...Shown[]];
  rejects(t, 'content-mismatch', [{ ...member, sha256: 'a'.repeat(64) }, ...rest]);
  rejects(t, 'content-mismatch', [{ ...member, sha256: rest[0]!.sha256 }, ...rest], 'not even that of another member');
});

test('members that are missing are a mismatch, and missing content where the statement agrees with the package', (t) => {
  rejects(t, 'content-mismatch', honest.slice(1));
  rejects(t, 'content-mismatch', []);
  const lacking = makeCorte({ trust, files: second.content, previous: first, members: (all) => all.slice(1) });
  refuses(t, 'content-missing', () => show(honest.slice(1), judgeOf(lacking)));
  const empty = makeCorte({ trust, files: second.content, previous: first, members: () => [] });
  refuses(t, 'content-missing', () => show([], judgeOf(empty)));
});
