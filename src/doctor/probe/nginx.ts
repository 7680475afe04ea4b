import { readFile } from 'node:fs/promises';
import { installed } from '../../disk/installed.ts';
import { visible } from '../../format/text.ts';
import type { NginxDump, NginxSyntax } from '../judge/site.ts';
import { type Known, known, unknown } from '../known.ts';
import type { Looker } from './looker.ts';

/** nginx's configuration: what it thinks of it, and of the whole of it the servers that show a phase. */

/** A `server` of nginx whose root is the public folder of a phase. */
interface NginxServer {
  readonly phase: string;
  readonly names: readonly string[];
  /** files of certificates */
  readonly certificates: readonly string[];
  /** where this machine reaches it, without TLS if that is possible: `http://127.0.0.1:80` */
  readonly origin: string;
}

export interface SeenNginx {
  readonly syntax: Known<NginxSyntax>;
  readonly dump: Known<NginxDump>;
  readonly servers: readonly NginxServer[];
}

/** @param state the node's */
export async function probeNginx(look: Looker, state: string): Promise<SeenNginx> {
  const tested = await look.ask('nginx', ['-t']);
  const syntax = 'known' in tested ? syntaxIn(tested.known.status, tested.known.stderr) : tested;
  if (!('known' in syntax)) return { syntax, dump: syntax, servers: [] };
  if (!syntax.known.isValid) return { syntax, dump: unknown('nginx no acepta su configuración'), servers: [] };
  const dumped = await look.ask('nginx', ['-T']);
  if (!('known' in dumped)) return { syntax, dump: dumped, servers: [] };
  const text = dumped.known.stdout;
  const servers = serversIn(text, state);
  const ours = await readFile(installed('systemd/nginx/cotejo-public.conf'), 'utf8').catch(() => null); // a package may have put none
  const snippet = snippetIn(text, ours);
  if (snippet === 'unknown') return { syntax, dump: unknown('no está el fragmento con que comparar'), servers };
  return { syntax, dump: known({ snippet, phases: [...new Set(servers.map(({ phase }) => phase))] }), servers };
}

/** Of `nginx -t`. @internal */
export function syntaxIn(status: number, stderr: string): Known<NginxSyntax> {
  if (status === 0) return known({ isValid: true, says: '' });
  const [worst = ''] = stderr.split('\n').filter((line) => /\[(emerg|alert|crit)\]/.test(line));
  if (/\((1: Operation not permitted|13: Permission denied)\)/.test(worst))
    return unknown('la configuración de nginx sólo la ve root');
  return known({ isValid: false, says: visible(worst.replace(/^.*?\[\w+\]\s*(\d+#\d+:\s*)?/, '')).slice(0, 200) });
}

/**
 * Whether the dump has our snippet, as a file of that name or as its text.
 * @param ours null where it is not at hand
 * @internal
 */
export function snippetIn(dump: string, ours: string | null): NginxDump['snippet'] | 'unknown' {
  const files = dump.split(/^# configuration file (.+):$/m);
  for (let i = 1; i < files.length; i += 2) {
    if (!/(^|\/)cotejo-public\.conf$/.test(files[i] ?? '')) continue;
    if (ours === null) return 'unknown';
    return bare(files[i + 1] ?? '') === bare(ours) ? 'same' : 'changed';
  }
  return null;
}

/** A configuration without comments and blank lines. */
function bare(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).join('\n');
}

/** The servers of a dump whose root is the public folder of a phase of this state. @internal */
export function serversIn(dump: string, state: string): NginxServer[] {
  return blocksOf(dump.replace(/^\s*#.*$/gm, ''), 'server').flatMap((block) => {
    const all = (name: string) =>
      [...block.matchAll(new RegExp(`(?:^|[;{}\\s])${name}\\s+([^;]+);`, 'g'))].map(([, value = '']) => value.trim());
    const root = all('root').map((path) => path.replace(/^["']|["']$/g, '').replace(/\/+$/, ''));
    const shown = root.find((path) => path.startsWith(`${state}/public/`));
    if (shown === undefined) return [];
    const origins = all('listen').flatMap(originOf);
    return [
      {
        phase: shown.slice(`${state}/public/`.length),
        names: all('server_name').flatMap((names) => names.split(/\s+/)),
        certificates: all('ssl_certificate'),
        origin: origins.find((origin) => origin.startsWith('http:')) ?? origins[0] ?? 'http://127.0.0.1:80',
      },
    ];
  });
}

/** Of a `listen`: a port alone, an address alone, or both; none for a socket file. */
function originOf(listen: string): string[] {
  const [where = '', ...options] = listen.split(/\s+/);
  if (where.startsWith('unix:')) return [];
  const [, host, port] = /^(?:(\[[^\]]*\]|[^:]*[^:\d][^:]*|\d+(?:\.\d+){3}):?)?(\d+)?$/.exec(where) ?? [];
  const scheme = options.includes('ssl') || options.includes('quic') ? 'https' : 'http';
  const isAny = host === undefined || ['*', '0.0.0.0', '[::]'].includes(host);
  return [`${scheme}://${isAny ? (host === '[::]' ? '[::1]' : '127.0.0.1') : host}:${port ?? 80}`];
}

/** The insides of blocks of a name, by their braces. A brace in a quoted text could mislead it; then a block is longer. */
function blocksOf(text: string, name: string): string[] {
  const found: string[] = [];
  const opening = new RegExp(`(?:^|[;{}\\s])${name}\\s*\\{`, 'g');
  for (let match = opening.exec(text); match; match = opening.exec(text)) {
    let depth = 1;
    let at = opening.lastIndex;
    while (at < text.length && depth > 0) {
      if (text[at] === '{') depth += 1;
      if (text[at] === '}') depth -= 1;
      at += 1;
    }
    found.push(text.slice(opening.lastIndex, at - 1));
    opening.lastIndex = at;
  }
  return found;
}
