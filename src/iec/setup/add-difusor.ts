import { existsSync, promises as fs } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { stringify } from 'smol-toml';
import * as v from 'valibot';
import { readText } from '../../config/read-text.ts';
import { UsageError } from '../../config/usage-error.ts';
import { writeDurably } from '../../disk/durable.ts';
import { Said } from '../../format/said.ts';
import { type IecConfig, parseIecConfig } from './config.ts';
import { words } from './words.ts';

/** `iec add-difusor`: adds a node to a configuration that people have written. */

/** What `difusor init --json` printed, as far as it is used; a newer version may print more. */
const introduction = v.object({
  difusor: v.string(),
  node: v.string(),
  acuse_key: v.string(),
  host_key: v.nullable(v.string()),
  sftp_host_key: v.optional(v.string()),
  inbox: v.string(),
  outbox: v.string(),
});

export interface Arrival {
  readonly host: string;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  /** the node runs the built-in inbox and no sshd */
  readonly builtIn?: boolean | undefined;
  readonly title?: string | undefined;
  readonly url?: string | undefined;
  readonly logo?: string | undefined;
  readonly contact?: string | undefined;
  readonly phone?: string | undefined;
  readonly inbox?: string | undefined;
  readonly outbox?: string | undefined;
}

/** The folder in which docs/difusor.md confines the IEC's account: it sees the folders below as its own root. */
const CHROOT = '/var/lib/cotejo/iec/';

/**
 * Adds a node to a configuration, and its Difusor if that is new. The file keeps what people wrote in it; the new file
 * is checked as a whole before it replaces the old one.
 * @param introduced the text that `difusor init --json` printed
 * @returns the configuration as it is now
 * @throws UsageError for an introduction or an arrival that gives no valid configuration
 */
export async function addDifusor(file: string, introduced: string, arrival: Arrival): Promise<IecConfig> {
  const intro = parseIntroduction(introduced);
  const text = await readText(file);
  const before = parseIecConfig(text, file);
  const isBuiltIn = arrival.builtIn ?? intro.host_key === null;
  const hostKey = isBuiltIn ? intro.sftp_host_key : intro.host_key;
  if (!hostKey) throw new UsageError(words.noHostKey, words.makeHostKey);
  const seen = (path: string) => {
    if (isBuiltIn) return path.split('/').at(-1) ?? path;
    return path.startsWith(CHROOT) ? path.slice(CHROOT.length) : path;
  };
  const node = {
    name: intro.node,
    host: arrival.host,
    port: arrival.port ?? 22,
    user: arrival.user ?? (isBuiltIn ? 'iec' : 'cotejo-iec'),
    host_key: hostKey,
    acuse_key: intro.acuse_key,
    inbox: arrival.inbox ?? seen(intro.inbox),
    outbox: arrival.outbox ?? seen(intro.outbox),
  };
  const same = before.difusor.find(({ name }) => name === intro.difusor)?.node.some(({ name }) => name === node.name);
  if (same) throw new UsageError(words.nodeThere(`${intro.difusor}/${node.name}`, file), words.changeLines);
  if (arrival.logo !== undefined && !existsSync(arrival.logo)) throw new UsageError(words.noLogo(arrival.logo));
  const index = before.difusor.findIndex(({ name }) => name === intro.difusor);
  const lines = text.trimEnd().split('\n');
  if (index === -1) {
    if (arrival.url === undefined) throw new UsageError(words.needsUrl(intro.difusor));
    const { title = intro.difusor, url, contact = '', phone } = arrival;
    const logo = arrival.logo === undefined ? {} : { logo: relative(dirname(resolve(file)), resolve(arrival.logo)) };
    const head = stringify({
      name: intro.difusor,
      title,
      url,
      ...logo,
      contact,
      ...(phone === undefined ? {} : { phone }),
    }).trimEnd();
    lines.push('', '[[difusor]]', ...head.split('\n'), ...nodeLines(node));
  } else lines.splice(endOfDifusor(lines, index), 0, ...nodeLines(node));

  const after = `${lines.join('\n')}\n`;
  const config = checked(after, file, arrival);
  const own = config.difusor.find(({ name }) => name === intro.difusor)?.node;
  const isThere = own?.some(({ name, host }) => name === node.name && host === node.host);
  if (!isThere || config.difusor.length !== before.difusor.length + (index === -1 ? 1 : 0)) {
    throw new UsageError(words.cannotAdd(file), words.byHand);
  }
  await writeDurably(file, after, (await fs.stat(file)).mode & 0o777);
  return config;
}

/** Of what a configuration is refused for: the member of a Difusor or a node, and what is wrong with it. */
const OWN = /: difusor\[\d+\](?:\.node\[\d+\])?\.(\w+): (.*)$/s;

/** What is wrong is not in the file yet: it is told by the option that says it, and not by a line that nobody can look up. */
function checked(after: string, file: string, arrival: Arrival): IecConfig {
  try {
    return parseIecConfig(after, file);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const [, key = '', what] = OWN.exec(error.said.en) ?? [];
    if (what === undefined) throw error;
    const why = new Said(what, OWN.exec(error.said.es)?.[2] ?? what);
    const given = new Map<string, string | number | boolean | undefined>(Object.entries(arrival)).get(key);
    throw new UsageError(given === undefined ? words.ofIntroduction(key, why) : words.ofOption(`--${key} ${String(given)}`, why));
  }
}

function nodeLines(node: Record<string, string | number>): string[] {
  return ['', '[[difusor.node]]', ...stringify(node).trimEnd().split('\n')];
}

/** The line after the last one of a Difusor, where the next Difusor or something else begins. */
function endOfDifusor(lines: readonly string[], index: number): number {
  const heads = lines.flatMap((line, i) => (/^\s*\[\[\s*difusor\s*\]\]/.test(line) ? [i] : []));
  const next = heads[index + 1];
  if (next === undefined) return lines.length;
  let end = next;
  while (end > 0 && /^\s*(#.*)?$/.test(lines[end - 1]!)) end -= 1;
  return end;
}

function parseIntroduction(text: string): v.InferOutput<typeof introduction> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(words.notJson, words.whatItIs);
  }
  const result = v.safeParse(introduction, value);
  if (result.success) return result.output;
  const path = v.getDotPath(result.issues[0]);
  throw new UsageError(path === null ? words.lacksMembers : words.lacks(path), words.whatItIs);
}
