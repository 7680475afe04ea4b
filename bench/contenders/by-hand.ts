import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender, Corte } from '../contender.ts';
import { has, prepared, timed } from '../run.ts';

/**
 * (a) What a sysadmin would do by hand: a full signed tarball per corte. The signed list has the hash of the tarball
 * and of every file. openssl hashes here, because coreutils' sha256sum does not use the processor's SHA instructions.
 */

const MAKE = `
tree=$1 out=$2 key=$3 time=$4
cd "$tree"
find . -type f -printf '%P\\0' | LC_ALL=C sort -z > "$out/names"
xargs -0 openssl dgst -sha256 -r < "$out/names" > "$out/files"
tar cf - --format=posix --mtime="$time" --owner=0 --group=0 --no-recursion --null -T "$out/names" | gzip > "$out/full.tar.gz"
(cd "$out" && openssl dgst -sha256 -r full.tar.gz) > "$out/package"
cat "$out/package" "$out/files" > "$out/signed"
ssh-keygen -q -Y sign -f "$key" -n file "$out/signed"
`;

const LIVE = `
from=$1 site=$2 number=$3
ssh-keygen -q -Y verify -f "$site/allowed" -I iec -n file -s "$from/signed.sig" < "$from/signed"
cd "$from"; openssl dgst -sha256 -r full.tar.gz | cmp - <(head -1 signed)
mkdir "$site/tree.$number"; tar xzf full.tar.gz -C "$site/tree.$number"
cd "$site/tree.$number"
find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 openssl dgst -sha256 -r | cmp - <(tail -n +2 "$from/signed")
sync -f "$site"
ln -s "tree.$number" "$site/public.new"; mv -T "$site/public.new" "$site/public"
sync -f "$site"
rm -rf "$site/tree.$((number - 2))"
`;

export function byHand(folder: string): Contender {
  const key = join(folder, 'iec');
  const site = join(folder, 'site');
  const sent = (corte: Corte) => join(folder, 'sent', String(corte.number));
  const missing = ['ssh-keygen', 'openssl', 'tar'].find((program) => !has(program)) ?? null;
  return {
    name: '(a) by hand',
    does: 'a full signed tarball: ssh-keygen -Y verify, openssl dgst, tar xzf, every file hashed, sync -f, link renamed, sync -f',
    missing: missing && `${missing} is not installed`,
    prepare(corte) {
      if (!missing && corte.number === 1) {
        mkdirSync(site, { recursive: true });
        prepared(`ssh-keygen -q -t ed25519 -N '' -f "$1"; echo "iec $(cat "$1.pub")" > "$2/allowed"`, [key, site]);
      }
      mkdirSync(sent(corte), { recursive: true });
      prepared(MAKE, [corte.publication, sent(corte), key, corte.takenAt]);
      return ['full.tar.gz', 'signed', 'signed.sig'].reduce((sum, name) => sum + statSync(join(sent(corte), name)).size, 0);
    },
    async live(corte) {
      const measured = await timed(LIVE, [sent(corte), site, String(corte.number)]);
      prepared('rm -rf "$1"', [sent(corte)]);
      return { ...measured, wireBytes: null };
    },
    end() {},
  };
}
