import { createHash } from 'node:crypto';
import type { CortePlan } from '../../kit/cortes.ts';
import { type TarMember, tarOf } from '../../kit/tar.ts';
import type { WrongCorte } from './wrong-cortes.ts';

/** Manifests and packages with a fault, signed and measured as correctly as honest ones. */

const wrong =
  (changes: Partial<CortePlan>): WrongCorte[2] =>
  ({ next }) =>
    next(changes);

const sums = (change: (text: string) => string | Buffer) =>
  wrong({ manifestBytes: (honest) => Buffer.from(change(honest.toString())) });
const content = createHash('sha256').update('x').digest('hex');
const line = (path: string) => `${content}  ${path}\n`;
/** A manifest of these lines alone. */
const lines = (...all: readonly string[]) => sums(() => all.join(''));

export const WRONG_MANIFESTS: readonly WrongCorte[] = [
  [
    'a manifest other than was signed',
    'manifest-mismatch',
    ({ next }) => withSums(next({}), (sums) => Buffer.concat([sums, sums])),
  ],
  ['a manifest with one digit changed', 'manifest-mismatch', ({ next }) => withSums(next({}), flipped)],
  ['no manifest', 'manifest-mismatch', ({ next }) => withSums(next({}), () => Buffer.alloc(0))],
  ['fewer lines than are stated', 'manifest-mismatch', wrong({ mutate: (s) => void (s.manifest.files += 1) })],
  ['an empty manifest', 'manifest-malformed', lines()],
  ['a last line without an end', 'manifest-malformed', sums((text) => text.trimEnd())],
  ['a hash in capitals', 'manifest-malformed', lines(line('a').toUpperCase())],
  ['a hash cut short', 'manifest-malformed', lines(line('a').slice(1))],
  ['binary mode', 'manifest-malformed', lines(line('a').replace('  ', ' *'))],
  ['one space', 'manifest-malformed', lines(line('a').replace('  ', ' '))],
  ['no path', 'manifest-malformed', lines(line(''))],
  ["coreutils' escape", 'manifest-malformed', lines(`\\${line('a\\nb')}`)],
  ['a line of nothing', 'manifest-malformed', lines(line('a'), '\n', line('b'))],
  ['a path twice', 'manifest-malformed', lines(line('a'), line('a'))],
  ['paths out of order', 'manifest-malformed', lines(line('b'), line('a'))],
  ['the order of a language, not of bytes', 'manifest-malformed', lines(line('a'), line('B'))],
  ['paths that are not UTF-8', 'manifest-malformed', sums(() => Buffer.from(line('ñ'), 'latin1'))],
  ...FORBIDDEN(),
  ["a path that is another's folder", 'path-forbidden', lines(line('a'), line('a/b'))],
  ['two paths that differ by case alone', 'path-forbidden', lines(line('README'), line('readme'))],
  ['two paths that differ by case alone, accented', 'path-forbidden', lines(line('ACUÑA'), line('acuña'))],
  ['100,001 files', 'too-large', lines(...Array.from({ length: 100_001 }, (_, i) => line(String(i).padStart(6, '0'))))],
  ['a path of 1,025 bytes', 'too-large', lines(line(Array(5).fill('a'.repeat(204)).join('/') + 'b'))],
  ['a path of 33 segments', 'too-large', lines(line(Array(33).fill('a').join('/')))],
  ['a segment of 256 bytes', 'too-large', lines(line('ñ'.repeat(128)))],
];

function FORBIDDEN(): WrongCorte[] {
  const paths = {
    absolute: '/etc/passwd',
    'up and out': '../../../../etc/passwd',
    'up from inside': 'a/../../b',
    itself: './a',
    'a folder': 'a/',
    'an empty segment': 'a//b',
    'a dot at the end': 'a.',
    'dots at the end of a folder': 'a../b',
    'a space at the end': 'a ',
    'a space at the beginning': ' a',
    'a hyphen': '-rf',
    'a hyphen inside': 'a/--checkpoint-action=exec=sh',
    'a backslash': 'a\\..\\b',
    'a carriage return': 'a\r',
    'a zero': 'a\0.html',
    'an escape': 'a\u001b[2J',
    'a control of C1': 'a\u0085',
    'not in NFC': 'Acun\u0303a.csv',
  };
  return Object.entries(paths).map(([what, path]) => [`a path: ${what}`, 'path-forbidden', lines(line(path))]);
}

const members = (change: (honest: TarMember[]) => TarMember[]) => wrong({ members: change });
/** Members that differ while the statement's numbers are right, so that the members are judged and not the sums. */
const archive = (change: (honest: TarMember[]) => TarMember[], tar = (all: TarMember[]) => tarOf(all)): WrongCorte[2] => {
  return ({ next }) => {
    let honest: TarMember[] = [];
    return next({
      members: (given) => (honest = given),
      tar: () => tar(change(honest)),
    });
  };
};
const first = (change: Partial<TarMember>) => archive(([one, ...rest]) => [{ ...(one as TarMember), ...change }, ...rest]);
const bytes = (change: (honest: Buffer) => Buffer) => wrong({ tar: change });

export const WRONG_PACKAGES: readonly WrongCorte[] = [
  [
    'another package than was signed',
    'package-mismatch',
    ({ next }) => withPackage(next({}), (pack) => Buffer.concat([pack, pack])),
  ],
  ['a package with one bit changed', 'package-mismatch', ({ next }) => withPackage(next({}), flipped)],
  ['a package cut short', 'package-mismatch', ({ next }) => withPackage(next({}), (pack) => pack.subarray(0, -1))],
  ['no package', 'package-mismatch', ({ next }) => withPackage(next({}), () => Buffer.alloc(0))],
  ['a package that is no gzip', 'package-malformed', wrong({ packageBytes: () => Buffer.from('PK\u0003\u0004') })],
  ['a gzip that breaks off', 'package-malformed', wrong({ packageBytes: (pack) => pack.subarray(0, -9) })],
  ['something after the gzip', 'package-malformed', wrong({ packageBytes: (pack) => Buffer.concat([pack, Buffer.from('more')]) })],
  ['a wrong gzip checksum', 'package-malformed', wrong({ packageBytes: (pack) => flipped(pack, pack.length - 6) })],
  ['no end blocks', 'package-malformed', bytes((tar) => tar.subarray(0, -1024))],
  ['bytes after the end', 'package-malformed', bytes((tar) => Buffer.concat([tar, Buffer.alloc(512, 'x')]))],
  [
    'a member after the end',
    'package-malformed',
    bytes((tar) => Buffer.concat([tar, tarOf([{ name: 'late.html', content: 'x' }])])),
  ],
  ['a bomb of zeros after the end', 'package-malformed', bytes((tar) => Buffer.concat([tar, Buffer.alloc(50_000_000)]))],
  ['a wrong header checksum', 'package-malformed', first({ checksum: 1 })],
  ['a symbolic link', 'package-malformed', first({ type: '2', linkname: '/etc/passwd' })],
  ['a hard link', 'package-malformed', first({ type: '1', linkname: 'index.html' })],
  ['a hard link out of the folder', 'package-malformed', first({ type: '1', linkname: '../../../chain/trust/1.json' })],
  ['a character device', 'package-malformed', first({ type: '3' })],
  ['a block device', 'package-malformed', first({ type: '4' })],
  ['a folder', 'package-malformed', first({ type: '5' })],
  ['a FIFO', 'package-malformed', first({ type: '6' })],
  ['a sparse file', 'package-malformed', first({ type: 'S' })],
  ['a name that is not listed', 'package-malformed', first({ name: 'other.html' })],
  ['a name that leads out', 'package-malformed', first({ name: '../../../../public/jornada/index.html' })],
  ['an absolute name', 'package-malformed', first({ name: '/etc/cron.d/x' })],
  ['a name through ustar’s prefix', 'package-malformed', first({ prefix: '../..' })],
  ['a name through pax that leads out', 'package-malformed', first({ pax: { path: '../../evil' } })],
  ['a name through a global pax header', 'package-malformed', first({ paxGlobal: { path: '../../evil' } })],
  ['a name through a GNU header', 'package-malformed', first({ gnuLongName: '../../evil' })],
  [
    'a GNU header that says the right name',
    'package-malformed',
    archive(([one, ...rest]) => [{ ...(one as TarMember), gnuLongName: String(one?.name) }, ...rest]),
  ],
  ['a link through a GNU header', 'package-malformed', first({ type: '2', gnuLongLink: '../../evil' })],
  ['a member twice', 'package-malformed', archive(([one, ...rest]) => [one as TarMember, one as TarMember, ...rest])],
  ['members in another order', 'package-malformed', archive((all) => all.toReversed())],
  [
    'a content that the corte before has',
    'package-malformed',
    archive((all) => [{ name: 'siempre.css', content: 'body { margin: 0 }\n' }, ...all]),
  ],
  [
    'other bytes under a listed name',
    'content-mismatch',
    members(([one, ...rest]) => [{ ...(one as TarMember), content: altered(one) }, ...rest]),
  ],
  [
    'a member that is longer than was stated',
    'content-mismatch',
    archive(([one, ...rest]) => [{ ...(one as TarMember), content: Buffer.alloc(100_000_000) }, ...rest]),
  ],
  ['a member that says it is 8 GiB long', 'content-mismatch', first({ size: 8 * 1024 ** 3 - 1 })],
  ['more members than were stated', 'content-mismatch', wrong({ mutate: (s) => void (s.package.files -= 1) })],
  ['fewer bytes than were stated', 'content-mismatch', wrong({ mutate: (s) => void (s.package.content_bytes += 1) })],
  [
    'a publication of other size than was stated',
    'content-mismatch',
    wrong({ mutate: (s) => void (s.manifest.content_bytes += 1) }),
  ],
  ['a new content left out', 'content-missing', members((all) => all.slice(1))],
  ['an empty package', 'content-missing', members(() => [])],
];

function altered(member: TarMember | undefined): Buffer {
  return flipped(Buffer.from(member?.content ?? ''));
}

function flipped(bytes: Buffer, at = 3): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
}

type Made = ReturnType<WrongCorte[2]>;

function withSums(corte: Made, change: (honest: Buffer) => Buffer): Made {
  return { ...corte, files: { ...corte.files, SHA256SUMS: change(corte.files.SHA256SUMS) } };
}

function withPackage(corte: Made, change: (honest: Buffer) => Buffer): Made {
  return { ...corte, files: { ...corte.files, 'corte.tar.gz': change(corte.files['corte.tar.gz']) } };
}
