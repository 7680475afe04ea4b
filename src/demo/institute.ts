import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { dirname, join } from 'node:path';
import { trustFolder } from '../chain/chain-folder.ts';
import { readSignedTrust } from '../chain/trust-folder.ts';
import { draft } from '../custodian/draft.ts';
import type { TrustPlan } from '../custodian/plan.ts';
import { signDocument } from '../custodian/sign.ts';
import { writeDurably } from '../disk/durable.ts';
import { hashOf, inGroups } from '../format/hash.ts';
import type { PublicKey } from '../format/key.ts';
import { trustFile } from '../format/naming.ts';
import { openIdentity, type SshIdentity } from '../iec/link/ssh-identity.ts';
import { walkOwnTrust } from '../iec/pack/footing.ts';
import { type PackedCorte, packCorte } from '../iec/pack/pack.ts';
import { writePanel } from '../iec/panel/panel.ts';
import { pushOnce } from '../iec/push.ts';
import { viewChain } from '../iec/record/chain-view.ts';
import { type Ledger, openLedger } from '../iec/record/ledger.ts';
import type { Report } from '../iec/record/report.ts';
import type { IecConfig } from '../iec/setup/config.ts';
import { generateKey } from '../keys/generate.ts';
import { openKeyFile } from '../keys/key-file.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { heldTrustOf } from '../verdict/trust-chain.ts';
import type { Site } from './demo-site.ts';
import { CORTES } from './election.ts';
import type { Night } from './night-clock.ts';
import { publicationOf } from './results.ts';

/** The custodians and the IEC of the demo, with keys made for this night alone. */
export interface Institute {
  readonly folder: string;
  readonly chain: string;
  /** the IEC's identity towards its Difusores, and its public half's file */
  readonly identity: SshIdentity;
  readonly sshKey: string;
  /** the page of the war room, and the one that leads citizens to the Difusores */
  readonly panel: string;
  readonly list: string;
  /** where the report of an audit goes */
  readonly report: string;
  /** of the first trust document, in groups, as the custodians print it */
  readonly code: readonly string[];
  /** version 1, with its signatures beside it */
  readonly anchor: string;
  readonly signers: Readonly<Record<'firma-1' | 'relevo-1', SigningKey>>;
  /** Publishes and packs the next corte, signed by whoever signs now; the last of the night is final. */
  issue(): Promise<PackedCorte>;
  /** Brings every Difusor up to date, as `iec push` does. */
  push(sites: readonly Site[]): Promise<Report[]>;
  /** What the IEC knows of a Difusor: its state, and whether the official list links to it. */
  standing(site: Site): { readonly state: string; readonly failed: number; readonly linked: boolean };
  /** The custodians end firma-1 at a corte and let relevo-1 sign from the next. */
  rotate(last: number): Promise<void>;
}

export const CUSTODIANS = ['presidencia', 'cotaprep', 'auditor'] as const;
const SIGNING = ['presidencia', 'auditor'] as const;
export const PHASE = 'jornada';

/**
 * The night is of 2018, but the page that checks it goes by the clock of whoever opens it, to whom an expired document would be
 * a warning.
 */
const EXPIRES_AT = `${new Date().getFullYear() + 1}-12-31T23:59:59-06:00`;

/** Makes new keys, the first trust document, and an empty chain in a folder. */
export async function foundInstitute(folder: string, night: Night): Promise<Institute> {
  const at = (name: string) => join(folder, name);
  const chain = at('chain');
  const publics = new Map<string, PublicKey>();
  const keys = new Map<string, SigningKey>();
  await fs.mkdir(at('keys'), { recursive: true });
  for (const name of [...CUSTODIANS, 'firma-1', 'relevo-1', 'iec-ssh']) {
    publics.set(name, await generateKey(at(`keys/${name}`), name, randomBytes(32)));
    keys.set(name, await openKeyFile(at(`keys/${name}`), { passphrase: () => Promise.reject(new Error('it has none')) }));
  }
  const key = (name: string) => publics.get(name)!;
  const signing = (name: string) => keys.get(name)!;

  async function write(bytes: Uint8Array, version: number): Promise<string> {
    const file = join(trustFolder(chain), trustFile(version));
    // The signatures first: a chain never shows a document that nobody has signed.
    await fs.mkdir(dirname(file), { recursive: true });
    const document = { document: heldTrustOf(bytes), before: null };
    for (const custodian of SIGNING) await signDocument(file, custodian, document, signing(custodian));
    await writeDurably(file, bytes);
    return file;
  }

  const plan: TrustPlan = {
    election: 'demostracion-coahuila-2018',
    title: 'Demostración: PREP Coahuila 2018, Integrantes de los Ayuntamientos',
    issued_at: '2018-06-20T12:00:00-05:00',
    expires_at: EXPIRES_AT,
    threshold: 2,
    custodians: CUSTODIANS.map((name) => ({ name, key: key(name) })),
    signers: [{ name: 'firma-1', key: key('firma-1'), phase: PHASE, first: 1 }],
    phases: [
      {
        name: PHASE,
        kind: 'oficial',
        opens_at: '2018-07-01T18:00:00-05:00',
        closes_at: '2018-07-02T18:00:00-05:00',
        period_seconds: 600,
        missed_limit: 3,
        grace_seconds: 120,
      },
    ],
  };
  const anchor = await write(draft(plan, null, night.now()), 1);
  const identity = await openIdentity(at('keys/iec-ssh'), {});
  const panel = at('panel');
  let ledger: Ledger | null = null;
  let issued = 0;
  let signer: 'firma-1' | 'relevo-1' = 'firma-1';

  return {
    folder,
    chain,
    identity,
    sshKey: at('keys/iec-ssh.pub'),
    anchor,
    panel: join(panel, 'index.html'),
    list: join(panel, 'difusores.html'),
    report: at('reporte.html'),
    code: inGroups(hashOf(await fs.readFile(anchor))),
    signers: { 'firma-1': signing('firma-1'), 'relevo-1': signing('relevo-1') },

    async issue() {
      issued += 1;
      const source = at('publicacion');
      await publish(source, publicationOf(issued, night.hour()));
      return packCorte({
        source,
        chain,
        phase: PHASE,
        key: signing(signer),
        takenAt: night.hour(),
        final: issued === CORTES,
        now: night.now,
      });
    },

    async push(sites) {
      const view = await viewChain(chain, PHASE);
      ledger ??= await openLedger(panel, view, { now: night.now });
      const config = configOf(chain, panel, sites);
      const targets = config.difusor.flatMap(({ name, node }) =>
        node.map(({ name: own, ...rest }) => ({ difusor: name, node: own, ...rest })),
      );
      const reports = await pushOnce(config, targets, view, ledger, { identity, now: night.now, signal: night.stop });
      night.stop.throwIfAborted();
      await writePanel(config, view, ledger, { now: night.now() });
      return reports;
    },

    standing(site) {
      const { state, failed } = ledger?.node(`${site.name}/web1`).standing ?? { state: 'sin-contacto', failed: 0 };
      return { state, failed, linked: ledger?.link(site.name).enabled ?? true };
    },

    async rotate(last) {
      const before = (await walkOwnTrust(chain)).newest;
      const version = before.document.version + 1;
      const change: TrustPlan = {
        custodians: [],
        phases: [],
        signers: [
          { name: 'firma-1', last },
          { name: 'relevo-1', key: key('relevo-1'), phase: PHASE, first: last + 1 },
        ],
      };
      await write(draft(change, before, night.now()), version);
      signer = 'relevo-1';
    },
  };
}

function configOf(chain: string, panel: string, sites: readonly Site[]): IecConfig {
  return {
    file: '',
    chain,
    source: '',
    exclude: [],
    oficial: null,
    institute: null,
    mirar: false,
    por_la_red: false,
    phase: PHASE,
    key: '',
    agent: false,
    ssh_key: '',
    panel,
    relevo_unasked: 0,
    difusor: sites.map(({ name, title, url, sftp, introduction }) => ({
      name,
      title,
      url,
      logo: null,
      contact: '',
      node: [
        {
          name: 'web1',
          ...sftp,
          user: 'iec',
          host_key: introduction.sftp_host_key,
          acuse_key: introduction.acuse_key,
          inbox: 'inbox',
          outbox: 'outbox',
        },
      ],
    })),
  };
}

/** Writes what differs, as a publication's generator does. */
async function publish(folder: string, publication: ReadonlyMap<string, Buffer>): Promise<void> {
  for (const [path, bytes] of publication) {
    const file = join(folder, path);
    await fs.mkdir(dirname(file), { recursive: true });
    const before = await fs.readFile(file).catch(() => null);
    if (!before?.equals(bytes)) await fs.writeFile(file, bytes);
  }
}

/** The anchor as a Difusor gets it by hand: the document with its signatures. @returns its file */
export async function handOver({ chain }: Institute, folder: string): Promise<string> {
  const signed = await readSignedTrust(trustFolder(chain), 1);
  if (!signed) throw new Error('there is no trust document');
  await fs.mkdir(folder, { recursive: true });
  for (const name of await fs.readdir(trustFolder(chain))) {
    if (name.startsWith('1.json')) await fs.copyFile(join(trustFolder(chain), name), join(folder, name));
  }
  return join(folder, '1.json');
}
