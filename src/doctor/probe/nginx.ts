import { readFile } from 'node:fs/promises';
import { installed } from '../../disk/installed.ts';
import { visible } from '../../format/text.ts';
import type { NginxDump, NginxSyntax } from '../judge/site.ts';
import { type Known, known, unknown } from '../known.ts';
import type { Looker } from './looker.ts';
import { words } from './words.ts';

/** nginx's configuration: what it thinks of it, and of the whole of it the servers that show a phase. */

/** A `server` of nginx whose root is the public folder of a phase. */
interface NginxServer {
  readonly phase: string;
  readonly names: readonly string[];
  /** files of certificates */
  readonly certificates: readonly string[];
  /** where this machine reaches it, those without TLS first: `http://127.0.0.1:80` */
  readonly origins: readonly string[];
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
  if (!syntax.known.isValid) return { syntax, dump: unknown(words.nginxRefuses), servers: [] };
  const dumped = await look.ask('nginx', ['-T']);
  if (!('known' in dumped)) return { syntax, dump: dumped, servers: [] };
  const text = dumped.known.stdout;
  const servers = serversIn(text, state);
  const ours = await readFile(installed('systemd/nginx/cotejo-public.conf'), 'utf8').catch(() => null); // a package may have put none
  const snippet = snippetIn(text, ours);
  if (snippet === 'unknown') return { syntax, dump: unknown(words.noSnippet), servers };
  return { syntax, dump: known({ snippet, phases: [...new Set(servers.map(({ phase }) => phase))] }), servers };
}

/** Of `nginx -t`. @internal */
export function syntaxIn(status: number, stderr: string): Known<NginxSyntax> {
  if (status === 0) return known({ isValid: true, says: '' });
  const [worst = ''] = stderr.split('\n').filter((line) => /\[(emerg|alert|crit)\]/.test(line));
  if (/\((1: Operation not permitted|13: Permission denied)\)/.test(worst)) return unknown(words.onlyRootNginx);
  return known({ isValid: false, says: visible(worst.replace(/^.*?\[\w+\]\s*(\d+#\d+:\s*)?/, '')).slice(0, 200) });
}

/**
 * Whether the dump has our snippet, as a file of that name or as its text.
 * @param ours null where it is not at hand
 * @internal
 */
export function snippetIn(dump: string, ours: string | null): NginxDump['snippet'] | 'unknown' {
  for (const [file, text] of sectionsOf(dump)) {
    if (!/(^|\/)cotejo-public\.conf$/.test(file)) continue;
    if (ours === null) return 'unknown';
    return bare(text) === bare(ours) ? 'same' : 'changed';
  }
  return null;
}

/** The files of a dump, by their paths. */
function sectionsOf(dump: string): Map<string, string> {
  const [, ...parts] = dump.split(/^# configuration file (.+):$/m);
  return new Map(parts.flatMap((file, i) => (i % 2 === 0 ? [[file, parts[i + 1] ?? ''] as const] : [])));
}

/** How deep files that are named whole in an `include` may stand in each other. */
const DEEP = 4;

/** A file with those that it includes by name in their places; those that it includes by a pattern stand for themselves. */
function whole(text: string, files: ReadonlyMap<string, string>, depth = 0): string {
  const said = text.replaceAll(/^\s*#.*$/gm, '');
  if (depth === DEEP) return said;
  return said.replaceAll(/(^|[;{}\s])include\s+([^;*?[\]]+);/g, (line, before: string, name: string) => {
    const included = files.get(name.trim());
    return included === undefined ? line : `${before}${whole(included, files, depth + 1)}`;
  });
}

/** A configuration without comments and blank lines. */
function bare(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).join('\n');
}

/** The servers of a dump whose root is the public folder of a phase of this state. @internal */
export function serversIn(dump: string, state: string): NginxServer[] {
  const files = sectionsOf(dump);
  const found = [...files.values()].flatMap((text) =>
    blocksOf(whole(text, files), 'server').flatMap((block) => serverOf(block, state)),
  );
  // A site that is included by its name stands in the dump by itself, too.
  return [...new Map(found.map((server) => [JSON.stringify(server), server])).values()];
}

function serverOf(block: string, state: string): NginxServer[] {
  const all = (name: string) =>
    [...block.matchAll(new RegExp(`(?:^|[;{}\\s])${name}\\s+([^;]+);`, 'g'))].map(([, value = '']) => value.trim());
  const roots = all('root').map((path) => path.replaceAll(/^["']|["']$/g, '').replace(/\/+$/, ''));
  const shown = roots.find((path) => path.startsWith(`${state}/public/`));
  if (shown === undefined) return [];
  const origins = all('listen').flatMap(originOf);
  return [
    {
      phase: shown.slice(`${state}/public/`.length),
      names: all('server_name').flatMap((names) => names.split(/\s+/)),
      certificates: all('ssl_certificate'),
      origins: [
        ...origins.filter((origin) => origin.startsWith('http:')),
        ...origins.filter((origin) => origin.startsWith('https:')),
      ],
    },
  ];
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
