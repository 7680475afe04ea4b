import { createReadStream, mkdirSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Contender } from '../contender.ts';
import { has, prepared, timed } from '../run.ts';

/** (b) `ostree pull` of a signed commit over http, and its hard-link checkout. */

const MAKE = `
publication=$1 repo=$2 folder=$3 time=$4
if [ ! -d "$repo" ]; then
  ostree init --mode=archive --repo="$repo"
  export GNUPGHOME="$folder/gpg"; mkdir -m 700 "$GNUPGHOME"
  gpg --batch --quiet --passphrase '' --quick-gen-key bench@cotejo default default never
  gpg --quiet --export bench@cotejo > "$folder/key.gpg"
fi
export GNUPGHOME="$folder/gpg"
ostree commit --repo="$repo" --branch=prep --timestamp="$time" --owner-uid=0 --owner-gid=0 --no-xattrs --tree=dir="$publication" \\
  --gpg-sign="$(gpg --list-keys --with-colons | awk -F: '/^fpr/{print $10; exit}')" > /dev/null
ostree summary --repo="$repo" --update
`;

const SET_UP = `
site=$1 url=$2 key=$3
mkdir -p "$site"; ostree init --mode=bare-user-only --repo="$site/repo"
ostree remote add --repo="$site/repo" --set=gpg-verify=true --gpg-import="$key" iec "$url" > /dev/null
`;

const LIVE = `
site=$1 number=$2
ostree pull --repo="$site/repo" iec prep > /dev/null
ostree checkout --repo="$site/repo" -U -H iec:prep "$site/tree.$number"
sync -f "$site"
ln -s "tree.$number" "$site/public.new"; mv -T "$site/public.new" "$site/public"
sync -f "$site"
rm -rf "$site/tree.$((number - 2))"
`;

export function ostree(folder: string): Contender {
  const repo = join(folder, 'repo');
  const site = join(folder, 'site');
  const missing = ['ostree', 'gpg'].find((program) => !has(program)) ?? null;
  let server: Server | undefined;
  let sent = 0;
  mkdirSync(folder, { recursive: true });
  return {
    name: '(b) ostree',
    does: 'ostree pull of a signed commit over http, checkout by hard links, sync -f, link renamed, sync -f',
    missing: missing && `${missing} is not installed`,
    async prepare(corte) {
      prepared(MAKE, [corte.publication, repo, folder, corte.takenAt]);
      if (!server) {
        server = await serve(repo, (bytes) => {
          sent += bytes;
        });
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        prepared(SET_UP, [site, url, join(folder, 'key.gpg')]);
      }
      return null;
    },
    async live(corte) {
      sent = 0;
      const measured = await timed(LIVE, [site, String(corte.number)]);
      return { ...measured, wireBytes: sent };
    },
    end() {
      server?.closeAllConnections();
      server?.close();
    },
  };
}

/** The simplest web server possible, which counts what it sends. */
function serve(root: string, count: (bytes: number) => void): Promise<Server> {
  const server = createServer((request, response) => {
    const file = join(root, decodeURIComponent((request.url ?? '/').split('?')[0] as string));
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    count(stat.size);
    response.writeHead(200, { 'content-length': stat.size });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
