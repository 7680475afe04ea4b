import { resolve } from 'node:path';
import type { Command } from 'commander';
import { lookerOf } from '../doctor/probe/looker.ts';
import { type IecConfig, readIecConfig } from '../iec/setup/config.ts';
import { openAgentKey } from '../keys/agent.ts';
import { openKeyFile } from '../keys/key-file.ts';
import { readPublicKey } from '../keys/public-key.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { placeOfKey } from './credentials.ts';
import { IEC_CONFIG } from './defaults.ts';
import { type DoctorOptions, doctorOptions, tellPart, tellReport, verifyConstancia } from './doctor.ts';
import { example } from './example.ts';
import { DOCTOR } from './words/doctor.ts';
import { HELP } from './words/help.ts';
import { IEC_NIGHT } from './words/iec-night.ts';
import { SIGNING } from './words/signing.ts';

/** `cotejo iec doctor`: is the IEC's machine fit, and is every link? */

interface Options extends DoctorOptions {
  readonly difusor?: string;
  /** false with `--no-link` */
  readonly link: boolean;
}

/** Of the machine alone; each node's visit has its own limits. */
const TOTAL_MS = 60_000;

export function iecDoctor(iec: Command, shell: Shell): void {
  const { told } = shell;
  example(
    doctorOptions(
      iec
        .command('doctor')
        .description(told(DOCTOR.iec))
        .option('--config <file>', told(HELP.iecConfig), IEC_CONFIG)
        .option('--difusor <name>', told(HELP.onlyDifusor))
        .option('--no-link', told(DOCTOR.noLink)),
      shell,
    ).action(runs(shell, (options: Options) => doctor(shell, options))),
    'cotejo iec doctor --difusor vanguardia',
  );
}

async function doctor(shell: Shell, options: Options): Promise<Outcome> {
  if (options.verify !== undefined) return verifyConstancia(shell, options.verify, options);
  const config = await readIecConfig(options.config);
  const { difusor = null } = options;
  if (difusor !== null && !config.difusor.some(({ name }) => name === difusor)) {
    throw new UsageError(IEC_NIGHT.noDifusor(difusor));
  }
  const sshKey = placeOfKey(shell, 'ssh_key', config.ssh_key).file;
  const key = options.constancia === undefined ? null : await openSshKey(shell, sshKey);
  // Loaded here, so that the other commands and the night start without them.
  const [{ judgeIec }, { probeIec }] = await Promise.all([import('../doctor/judge/iec.ts'), import('../doctor/probe/iec.ts')]);
  const facts = await probeIec(lookerOf({ env: shell.env, totalMs: TOTAL_MS }), {
    config,
    configFile: resolve(shell.cwd, options.config),
    signingKey: keyOf(shell, config),
    sshKey,
    around: { credentials: shell.env.CREDENTIALS_DIRECTORY, agentSocket: shell.env.SSH_AUTH_SOCK },
    difusor,
    measures: options.link,
    now: shell.now,
    begins: (part) => tellPart(shell, part),
  });
  return tellReport(shell, options, { difusor: null, node: null, checks: judgeIec(facts, shell.now()), key });
}

function keyOf(shell: Shell, config: IecConfig): string {
  return config.agent ? config.key : placeOfKey(shell, 'signing_key', config.key).file;
}

/** The key by which every Difusor knows the IEC signs what it hands in. @throws UsageError where it is of another type */
export async function openSshKey(shell: Shell, file: string): Promise<SigningKey> {
  if (file.endsWith('.pub')) {
    const socket = shell.env.SSH_AUTH_SOCK;
    if (!socket) throw new UsageError(SIGNING.publicWithoutAgent(file));
    return openAgentKey(await readPublicKey(file), socket);
  }
  const passphrase = () => Promise.reject(new UsageError(SIGNING.encrypted(file), SIGNING.intoAgent));
  return openKeyFile(file, { credentials: shell.env.CREDENTIALS_DIRECTORY, passphrase });
}
