import { join } from 'node:path';
import * as v from 'valibot';
import type { TraerRooms } from '../difusor/setup/config.ts';
import { readIfThere } from '../disk/bounded-file.ts';
import { replaceFile } from '../disk/durable.ts';
import type { Code } from '../format/refusal.ts';
import { decodeUtf8 } from '../format/text.ts';
import type { Fault, FaultKind } from './conduct.ts';
import type { Claim } from './site.ts';

/** What `cotejo traer` says of itself: a status in JSON, and the same as metrics for Prometheus. Anybody may read it. */

export interface TraerStatus {
  /** when this was written */
  readonly at: string;
  readonly mirrors: readonly MirrorStatus[];
  /** what is being fetched now */
  readonly fetching: { readonly delivery: string; readonly bytes: number; readonly of: number } | null;
  /** since this process began */
  readonly brought: {
    readonly cortes: number;
    readonly trust: number;
    /** that came over the network of packages, what was thrown away included */
    readonly bytes: number;
    readonly last: { readonly delivery: string; readonly at: string; readonly mirrors: readonly string[] } | null;
  };
  /** what this machine failed at, last; null where nothing fails */
  readonly trouble: string | null;
  /** of the refusal that this machine is at fault for (a clock that is off, a trust that has ended); null for all else */
  readonly trouble_code: Code | null;
}

export interface MirrorStatus {
  readonly name: string;
  readonly address: string;
  /** what it says it has; null where it says nothing */
  readonly shows: Claim | null;
  /** whether this node could live from it now */
  readonly well: boolean;
  /** what was wrong with it, until an answer or a file that is right makes it good; null where nothing is */
  readonly fault: (Omit<Fault, 'at' | 'detail'> & { readonly at: string; readonly detail: string }) | null;
}

const STATUS_FILE = 'status.json';
const STATUS_BYTES = 512 * 1024;
const METRICS_FILE = 'metrics.prom';

export async function tellStatus({ told }: TraerRooms, status: TraerStatus, faults: FaultCounts): Promise<void> {
  await replaceFile(join(told, STATUS_FILE), `${JSON.stringify(status)}\n`);
  await replaceFile(join(told, METRICS_FILE), metricsText(status, faults));
}

const claim = v.object({ phase: v.string(), number: v.number() });
const status = v.object({
  at: v.string(),
  mirrors: v.array(
    v.object({
      name: v.string(),
      address: v.string(),
      shows: v.nullable(claim),
      well: v.boolean(),
      fault: v.nullable(
        v.object({
          kind: v.picklist(['unreachable', 'slow', 'withholds', 'unusable', 'lied']),
          code: v.nullable(v.string()),
          at: v.string(),
          detail: v.string(),
          count: v.number(),
        }),
      ),
    }),
  ),
  fetching: v.nullable(v.object({ delivery: v.string(), bytes: v.number(), of: v.number() })),
  brought: v.object({
    cortes: v.number(),
    trust: v.number(),
    bytes: v.number(),
    last: v.nullable(v.object({ delivery: v.string(), at: v.string(), mirrors: v.array(v.string()) })),
  }),
  trouble: v.nullable(v.string()),
  trouble_code: v.optional(v.nullable(v.string()), null),
});

/** As it is read again, by another account than the one that wrote it. */
export type ReadTraerStatus = v.InferOutput<typeof status>;

/** @returns null where it never ran here, or what is there is no status */
export async function readTraerStatus({ told }: TraerRooms): Promise<ReadTraerStatus | null> {
  try {
    const text = decodeUtf8((await readIfThere(join(told, STATUS_FILE), STATUS_BYTES)) ?? new Uint8Array());
    return v.parse(status, JSON.parse(text ?? ''));
  } catch {
    return null; // who asks for the node's status is owed that, whatever another account wrote
  }
}

/** How often each kind of fault was found since this process began. */
export type FaultCounts = Readonly<Record<FaultKind, number>>;

/** @internal */
export function metricsText({ mirrors, brought, at }: TraerStatus, faults: FaultCounts): string {
  const metric = (name: string, type: string, help: string, samples: readonly string[]) =>
    samples.length === 0
      ? []
      : [`# HELP cotejo_traer_${name} ${help}`, `# TYPE cotejo_traer_${name} ${type}`].concat(
          samples.map((sample) => `cotejo_traer_${name}${sample}`),
        );
  const labels = ({ name, address }: MirrorStatus) => `{mirror="${escaped(name)}",address="${escaped(address)}"}`;
  const lines = [
    ...metric('mirrors', 'gauge', 'Mirrors that are asked.', [` ${mirrors.length}`]),
    ...metric(
      'mirror_well',
      'gauge',
      'Whether a mirror answers and could be fetched from now.',
      mirrors.map((mirror) => `${labels(mirror)} ${Number(mirror.well)}`),
    ),
    ...metric(
      'mirror_lied',
      'gauge',
      'Whether a mirror gave something else than what the IEC signed.',
      mirrors.map((mirror) => `${labels(mirror)} ${Number(mirror.fault?.kind === 'lied')}`),
    ),
    ...metric(
      'faults_total',
      'counter',
      'Faults of mirrors.',
      Object.entries(faults).map(([kind, count]) => `{kind="${kind}"} ${count}`),
    ),
    ...metric('brought_cortes_total', 'counter', 'Cortes brought from mirrors.', [` ${brought.cortes}`]),
    ...metric('brought_trust_total', 'counter', 'Trust documents brought from mirrors.', [` ${brought.trust}`]),
    ...metric('received_bytes_total', 'counter', 'Bytes of packages received.', [` ${brought.bytes}`]),
    ...metric('seen_at_seconds', 'gauge', 'When this was written.', [` ${Date.parse(at) / 1000}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function escaped(value: string): string {
  return value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
}
