import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { readTemplate } from '../chain/template.ts';
import { didYouMean } from '../config/nearest.ts';
import { lockState, viewNode } from '../difusor/open.ts';
import type { Node } from '../difusor/phase/node.ts';
import { type DifusorConfig, readDifusorConfig } from '../difusor/setup/config.ts';
import { makeRooms, type Rooms, roomsOf } from '../difusor/state/rooms.ts';
import {
  type InstalledTemplate,
  inspectCopy,
  installedTemplates,
  installTemplate,
  removeTemplates,
} from '../difusor/state/templates.ts';
import { isName } from '../format/document.ts';
import { inGroups } from '../format/hash.ts';
import { countOf } from '../html/size.ts';
import { runs, type Shell, UsageError } from '../terminal/shell.ts';
import { NODE_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { forbidRoot } from './node-account.ts';
import { HELP } from './words/help.ts';
import { PRESENTACION as words } from './words/presentacion.ts';

/** `cotejo difusor presentacion …`: a Difusor's own presentations of the results. */

interface Options {
  readonly config: string;
  readonly name?: string;
  readonly json?: boolean;
}

export function presentacionCommands(difusor: Command, shell: Shell): void {
  const { told } = shell;
  const presentacion = difusor.command('presentacion').description(told(words.description));
  example(presentacion, 'cotejo difusor presentacion install tablero --config /etc/cotejo/difusor.toml');
  const one = (command: Command) =>
    command.option('--config <file>', told(HELP.nodeConfig), NODE_CONFIG).option('--json', told(HELP.json));
  example(
    one(presentacion.command('install').description(told(words.install)).argument('<folder>', told(words.folder)))
      .option('--name <name>', told(words.name))
      .action(runs(shell, (folder: string, options: Options) => install(shell, folder, options))),
    'cotejo difusor presentacion install /srv/tablero --name tablero',
  );
  example(
    one(presentacion.command('list').description(told(words.list))).action(runs(shell, (options: Options) => list(shell, options))),
    'cotejo difusor presentacion list',
  );
  example(
    one(presentacion.command('remove').description(told(words.remove)).argument('<name>', told(words.which))).action(
      runs(shell, (name: string, options: Options) => remove(shell, name, options)),
    ),
    'cotejo difusor presentacion remove tablero',
  );
}

async function install(shell: Shell, folder: string, options: Options): Promise<void> {
  const config = await readDifusorConfig(options.config);
  forbidRoot(config);
  const name = options.name ?? basename(resolve(shell.cwd, folder));
  if (!isName(name)) throw new UsageError(words.notAName(name), words.sayName);
  const template = await readTemplate(resolve(shell.cwd, folder));
  const isNew = await locked(config, (rooms) => installTemplate(rooms, name, template));
  const { sha256, bytes, count } = template;
  shell.result(options.json, { name, sha256, files: count, bytes, installed: isNew }, () =>
    [
      isNew ? words.installed(name, countOf(count), countOf(bytes)) : words.was(name),
      words.hash(inGroups(sha256).join(' ')),
      words.whenShown,
    ]
      .map(shell.told)
      .join('\n'),
  );
}

async function remove(shell: Shell, name: string, options: Options): Promise<void> {
  const config = await readDifusorConfig(options.config);
  forbidRoot(config);
  const names = [...new Set((await installedTemplates(roomsOf(config.state).templates)).map((one) => one.name))];
  const isThere = isName(name) && (await locked(config, (rooms) => removeTemplates(rooms, name)));
  if (!isThere) {
    const hint = didYouMean(name, names) ?? (names.length > 0 ? words.hereIs(names.join(', ')) : null);
    throw new UsageError(words.notInstalled(name), hint);
  }
  shell.result(options.json, { name }, () => shell.told(words.removed(name)));
}

async function list(shell: Shell, options: Options): Promise<void> {
  const config = await readDifusorConfig(options.config);
  const node = await viewNode(config, shell.now);
  const presentations: Standing[] = [];
  for (const one of await installedTemplates(node.rooms.templates)) presentations.push(await standing(node, one));
  shell.result(
    options.json,
    { presentations },
    () => presentations.map((one) => inWords(shell, one)).join('\n') || shell.told(words.none),
  );
}

interface Standing extends InstalledTemplate {
  readonly files: number | null;
  readonly bytes: number | null;
  /** whether the node's own copy has the bytes that its hash says */
  readonly intact: boolean;
  readonly phases: readonly PhaseStanding[];
}

interface PhaseStanding {
  readonly phase: string;
  /** of the newest corte */
  readonly number: number;
  readonly title: string | null;
  readonly first: number | null;
  readonly last: number | null;
  readonly authorised: boolean;
  readonly public: boolean;
}

async function standing(node: Node, { name, sha256 }: InstalledTemplate): Promise<Standing> {
  const copy = await inspectCopy(join(node.rooms.templates, name, sha256), sha256);
  const phases: PhaseStanding[] = [];
  for (const { name: phase, head, presentations, link } of node.phases.values()) {
    const corte = await head?.whole();
    if (!corte) continue;
    const { number } = corte.statement;
    const document = (await presentations.authorizedBy(corte)).find((one) => one.name === name && one.template.sha256 === sha256);
    const isPublic = link.shown()?.number === number && (await presentations.shownWith(number)).get(name) === sha256;
    const { title = null, first = null, last = null } = document ?? {};
    phases.push({ phase, number, title, first, last, authorised: document !== undefined, public: isPublic });
  }
  const { manifest, bytes = null, differing } = copy ?? {};
  return { name, sha256, files: manifest?.length ?? null, bytes, intact: differing?.length === 0, phases };
}

function inWords(shell: Shell, { name, sha256, files, bytes, intact, phases }: Standing): string {
  return [
    words.one(name, sha256.slice(0, 8), countOf(files ?? 0), countOf(bytes ?? 0)),
    ...(intact ? [] : [words.damaged]),
    ...phases.map(({ phase, title, first, public: isPublic }) => {
      if (title === null || first === null) return words.notAuthorized(phase);
      return isPublic ? words.shown(phase, title, first) : words.soon(phase, title);
    }),
  ]
    .map(shell.told)
    .join('\n');
}

/** Works on a node's state with its lock held. */
async function locked<T>(config: DifusorConfig, work: (rooms: Rooms) => Promise<T>): Promise<T> {
  const lock = await lockState(config.state);
  try {
    const rooms = roomsOf(config.state);
    makeRooms(rooms);
    return await work(rooms);
  } finally {
    await lock.release();
  }
}
