import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { cotejo } from '../kit/command.ts';
import { type KitTrust, writeAnchor } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { spawnNginx, temporaryIn } from '../kit/nginx.ts';
import { freePort } from '../kit/port.ts';

/** The lector's own origin: an nginx that serves the folder that `cotejo lector build` wrote, as docs/lector.md says. */

export interface Origin {
  /** with a slash at the end */
  readonly url: string;
  readonly port: number;
  /** the folder that is served */
  readonly folder: string;
  /** As that of a Difusor. */
  readonly silence: (isSilent: boolean) => void;
}

/** Writes the lector of this anchor with these mirrors, by the command. @returns the folder */
export async function buildLector(t: ExecutionContext, anchor: KitTrust, mirrors: readonly string[]): Promise<string> {
  const folder = await makeFolder(t);
  const out = join(folder, 'lector');
  const file = await writeAnchor(anchor, join(folder, 'anchor'));
  const ran = await cotejo(['lector', 'build', '--anchor', file, '--espejos', ...mirrors, '--out', out]);
  if (ran.status !== 0) throw new Error(`lector build: ${ran.stderr}${ran.stdout}`);
  return out;
}

/** An nginx for an origin of its own. @param port where an origin that is there already is started anew; else a free one */
export async function serveLector(t: Pick<ExecutionContext, 'teardown'>, lector: string, port?: number): Promise<Origin> {
  const folder = await makeFolder(t as ExecutionContext);
  const at = port ?? (await freePort());
  const file = join(folder, 'nginx.conf');
  await mkdir(join(folder, 'body'));
  await writeFile(
    file,
    `${process.geteuid?.() === 0 ? 'user root;\n' : ''}daemon off;
worker_processes 1;
pid ${join(folder, 'pid')};
error_log ${join(folder, 'error.log')};
events {}
http {
access_log ${join(folder, 'access.log')};
${temporaryIn(folder)}
types { text/html html; text/javascript js; text/plain txt; }
server {
  listen 127.0.0.1:${at};
  root ${lector};
  gzip on;
  gzip_types text/javascript;
  add_header Cache-Control no-cache always;
  error_page 404 /404.html;
  location / { try_files $uri $uri/ =404; }
}
}
`,
  );
  const { silence } = await spawnNginx(t, { folder, port: at, file });
  return { url: `http://127.0.0.1:${at}/`, port: at, folder: lector, silence };
}
