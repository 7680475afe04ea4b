import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender } from '../contender.ts';
import { has, prepared, timed } from '../run.ts';

/**
 * (c) The lower bound: rsync with hard links to the tree before. It verifies nothing and trusts whatever is at the
 * source.
 */

const LIVE = `
from=$1 site=$2 number=$3
rsync -a --checksum --stats --link-dest="../tree.$((number - 1))" "$from/" "$site/tree.$number/" > "$site/stats"
sync -f "$site"
ln -s "tree.$number" "$site/public.new"; mv -T "$site/public.new" "$site/public"
sync -f "$site"
rm -rf "$site/tree.$((number - 2))"
`;

export function rsync(folder: string): Contender {
  const site = join(folder, 'site');
  return {
    name: '(c) rsync',
    does: 'rsync --checksum --link-dest from a local folder, sync -f, link renamed, sync -f; verifies nothing',
    missing: has('rsync') ? null : 'rsync is not installed',
    prepare() {
      mkdirSync(join(site, 'tree.0'), { recursive: true });
      return null;
    },
    async live(corte) {
      const measured = await timed(LIVE, [corte.publication, site, String(corte.number)]);
      const stats = prepared('cat "$1/stats"', [site]);
      const sent = /Total bytes sent: ([\d,]+)/.exec(stats);
      return { ...measured, wireBytes: sent ? Number((sent[1] as string).replaceAll(',', '')) : null };
    },
    end() {},
  };
}
