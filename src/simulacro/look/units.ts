import { existsSync } from 'node:fs';
import { unitValues } from '../../service/unit-values.ts';
import type { Programs } from './programs.ts';

/** The services of this machine, as systemd tells of them. */

export const DAEMON = 'cotejo-difusor.service';
export const GUARD = 'cotejo-difusor-guard.service';
export const INSTITUTE = 'cotejo-iec.service';

export interface Unit {
  readonly isActive: boolean;
  /** of the main process; 0 where there is none */
  readonly pid: number;
  /** the node's configuration that it was started with, or another word of its command line */
  readonly command: string;
}

export function hasSystemd(): boolean {
  return existsSync('/run/systemd/system');
}

/** Whether a unit is of a configuration: one word of its command line is that very file. */
export function isOf({ command }: Pick<Unit, 'command'>, file: string): boolean {
  return command.split(/[\s;]+/).some((word) => word === file || word === `--config=${file}`);
}

/** @returns null where systemd has no such unit */
export async function unitNow(programs: Programs, unit: string): Promise<Unit | null> {
  const properties = '--property=LoadState,ActiveState,MainPID,ExecStart';
  const said = await programs.ask('systemctl', ['show', '--no-pager', properties, unit]);
  if (said === null || said.status !== 0) return null;
  const values = unitValues(said.stdout);
  if (values.get('LoadState') !== 'loaded') return null;
  return {
    isActive: values.get('ActiveState') === 'active',
    pid: Number(values.get('MainPID') ?? 0),
    command: values.get('ExecStart') ?? '',
  };
}
