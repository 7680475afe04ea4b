import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { installed } from '../../disk/installed.ts';
import { unitValues } from '../../service/unit-values.ts';
import type { UnitFacts, UnitState } from '../judge/services.ts';
import { type Known, known, type Told, unknown } from '../known.ts';
import type { Looker } from './looker.ts';
import { words } from './words.ts';

/** What systemd knows of units. */

const PROPERTIES = 'Id,LoadState,ActiveState,UnitFileState,NRestarts,NeedDaemonReload,FragmentPath,DropInPaths,ExecStart';

export interface SeenUnit {
  readonly facts: UnitFacts;
  /** the port after `--listen HOST:`; null where there is none */
  readonly port: number | null;
  /** whether it is started with `--passphrase-file`; null where it is not installed, or nobody can tell */
  readonly getsPassphrase: boolean | null;
}

/** @param name without `.service` */
export async function probeUnit(look: Looker, name: string): Promise<SeenUnit> {
  const said = await look.ask('systemctl', ['show', '--no-pager', `--property=${PROPERTIES}`, `${name}.service`]);
  const none = (why: Told) => ({ facts: { name, state: unknown(why) }, port: null, getsPassphrase: null });
  if (!('known' in said)) return none(said.unknown);
  const values = unitValues(said.known.stdout);
  if (said.known.status !== 0 || !values.has('LoadState')) return none(words.noSystemd);
  const value = (key: string) => values.get(key) ?? '';
  const fragment = await comparedWithOurs(look, name, value('FragmentPath'));
  const state: UnitState = {
    load: value('LoadState'),
    active: value('ActiveState'),
    atBoot: value('UnitFileState'),
    restarts: Number(value('NRestarts')) || 0,
    needsReload: value('NeedDaemonReload') === 'yes',
    fragment,
    dropIns: value('DropInPaths')
      .split(' ')
      .filter((path) => path !== ''),
  };
  const [, port] = /--listen\s+\S*:(\d+)/.exec(value('ExecStart')) ?? [];
  return {
    facts: { name, state: known(state) },
    port: port === undefined ? null : Number(port),
    getsPassphrase: state.load === 'loaded' ? /\s--passphrase-file\b/.test(value('ExecStart')) : null,
  };
}

async function comparedWithOurs(look: Looker, name: string, path: string): Promise<UnitState['fragment']> {
  if (path === '') return 'unknown';
  const there = await look.read(path);
  const ours = await readFile(installed(`systemd/${name}.service`), 'utf8').catch(() => null); // where a package put none, there is nothing to compare
  if (!('known' in there) || ours === null) return 'unknown';
  return directivesOf(there.known) === directivesOf(ours) ? 'same' : 'changed';
}

/**
 * What a unit says, without comments and wherever the program lies: the guide's unit names /opt/cotejo, a package's its
 * own folder. @internal
 */
export function directivesOf(unit: string): string {
  const lines = unit.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '' && !/^[#;]/.test(line))
    .map((line) => line.replaceAll(/\/opt\/cotejo(?=\/)/g, dirname(installed('package.json'))))
    .join('\n');
}

/**
 * The files that a unit gives its service as credentials, by their names. They take precedence over what the configuration
 * names. `systemctl show` of systemd 252 can't print them.
 * @param name without `.service`
 * @param config the configuration in question, as an absolute path
 * @returns none where there is no such unit, where it reads another configuration, or where nobody can tell
 */
export async function credentialsOf(look: Looker, name: string, config: string): Promise<ReadonlyMap<string, string>> {
  const said = await look.ask('systemctl', ['cat', '--no-pager', `${name}.service`]);
  const lines = 'known' in said && said.known.status === 0 ? said.known.stdout.split('\n').map((line) => line.trim()) : [];
  const starts = lines.findLast((line) => /^ExecStart=./.test(line)) ?? '';
  const files = new Map<string, string>();
  if (!starts.split(/\s+/).includes(config)) return files;
  for (const line of lines) {
    const [, credential, file] = /^LoadCredential=([^:]+):(\/.*)$/.exec(line) ?? [];
    if (line === 'LoadCredential=') files.clear();
    else if (credential !== undefined && file !== undefined) files.set(credential, file);
  }
  return files;
}

/** Which of the named services are installed, and whether they run. */
export async function activeUnits(
  look: Looker,
  names: readonly string[],
): Promise<Known<readonly { readonly name: string; readonly isActive: boolean }[]>> {
  const units = names.map((name) => `${name}.service`);
  const said = await look.ask('systemctl', ['show', '--no-pager', '--property=Id,LoadState,ActiveState', ...units]);
  if (!('known' in said)) return said;
  const blocks = said.known.stdout.split('\n\n').map((block) => unitValues(block.trim()));
  if (!blocks.some((block) => block.has('LoadState'))) return unknown(words.noSystemd);
  return known(
    blocks
      .filter((block) => block.get('LoadState') === 'loaded')
      .map((block) => ({
        name: (block.get('Id') ?? '').replace(/\.service$/, ''),
        isActive: block.get('ActiveState') === 'active',
      })),
  );
}
