import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { type Corte, writeInChain } from '../kit/cortes.ts';
import { type KitTrust, writeTrust } from '../kit/election.ts';
import { writeFiles } from '../kit/folders.ts';
import type { Machine } from '../kit/machine.ts';
import { repository } from '../kit/programs.ts';
import { until } from '../kit/site.ts';

/** What stands around the services that run beside a node's daemon on a machine: a store, a mirror, and somebody who tries. */

/** Starts an S3 server with the bucket `prep` on the machine, which keeps it in a folder. @returns its address there */
export async function storeOn(machine: Machine): Promise<string> {
  const contents = `import S3rver from 's3rver';
const bucket = { name: 'prep', configs: [] };
const at = { address: '127.0.0.1', port: 9000, directory: '/srv/almacen', vhostBuckets: false };
await new S3rver({ ...at, silent: true, configureBuckets: [bucket] }).run();`;
  const js =
    "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); const __dirname = '.', __filename = 'store.mjs';";
  buildSync({
    stdin: { contents, resolveDir: repository() },
    outfile: join(machine.exchange, 'store.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js },
  });
  await machine.must('mkdir -p /srv/almacen; systemd-run --quiet --unit almacen node /exchange/store.mjs');
  await until(machine, "curl -sf 'http://127.0.0.1:9000/prep/?prefix=' >/dev/null");
  return 'http://127.0.0.1:9000/';
}

/** Lets nginx show another Difusor's site, as far as `cotejo traer` asks for it. @returns its address there */
export async function mirrorOn(machine: Machine, trust: KitTrust, cortes: readonly Corte[]): Promise<string> {
  const site = join(machine.exchange, 'otro');
  const chain = join(site, 'cotejo/chain');
  await writeTrust(trust, join(chain, `trust/${trust.document.version}.json`));
  for (const corte of cortes) await writeInChain(chain, corte);
  const { statement, sha256: corte } = cortes.at(-1)!;
  const { election, phase, number, taken_at } = statement;
  const pointer = { phase, number, corte, taken_at, shows: 'corte', base: `/cotejo/c/${number}/` };
  const index = { election, trust: trust.document.version, phases: { [phase]: { number, corte } } };
  await writeFiles(join(site, 'cotejo'), {
    'ultimo.json': JSON.stringify(pointer),
    'chain/index.json': `${JSON.stringify(index, null, 2)}\n`,
  });
  const server = 'server { listen 127.0.0.1:8081; root /srv/otro; }';
  await machine.must(`rm -rf /srv/otro; cp -r /exchange/otro /srv/otro; chmod -R a+rX /srv/otro
echo '${server}' >/etc/nginx/conf.d/otro.conf; nginx -t -q; systemctl reload nginx`);
  await until(machine, 'curl -sf http://127.0.0.1:8081/cotejo/ultimo.json >/dev/null');
  return 'http://127.0.0.1:8081/';
}

export interface Tried {
  /** the account that it ran as */
  readonly account: string;
  /** of the paths that were to be read or listed, those that could be */
  readonly read: readonly string[];
  /** of the folders, those in which a file could be made */
  readonly written: readonly string[];
}

/**
 * Starts a service once more, and lets a shell try, in its place: as its account, in its sandbox, before its program. What
 * one may do there the program may do too.
 */
export async function triedIn(
  machine: Machine,
  unit: string,
  paths: readonly string[],
  folders: readonly string[],
): Promise<Tried> {
  const script = `echo "tried account $(id -un)"
for path in ${paths.join(' ')}; do
  if [ -d "$path" ]; then ls "$path"/ >/dev/null 2>&1; else head -c 1 "$path" 2>/dev/null | grep -q .; fi && echo "tried read $path"
done
for folder in ${folders.join(' ')}; do
  if (: >"$folder/.tried") 2>/dev/null; then echo "tried written $folder"; rm -f "$folder/.tried"; fi
done
echo "tried all"`;
  const place = `/run/systemd/system/${unit}.service.d`;
  await machine.must(`mkdir -p ${place}; cat >/usr/share/tried.sh <<'END'
${script}
END
printf '[Service]\\nExecStartPre=sh /usr/share/tried.sh\\n' >${place}/tried.conf
systemctl daemon-reload; journalctl --rotate -q; systemctl restart ${unit}`);
  await until(machine, `journalctl -q -o cat -u ${unit} --since -10min | grep -q '^tried all'`);
  const told = await machine.must(`journalctl -q -o cat -u ${unit} --since -10min | sed -n 's/^tried //p'
rm -r ${place}; systemctl daemon-reload; systemctl restart ${unit}; systemctl is-active -q ${unit}`);
  const lines = told.trim().split('\n');
  const of = (kind: string) => lines.flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(kind.length + 1)] : []));
  return { account: of('account')[0] ?? '', read: of('read'), written: of('written') };
}
