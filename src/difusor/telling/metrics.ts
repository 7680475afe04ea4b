import { replaceFile } from '../../disk/durable.ts';
import { CODES, type Code } from '../../format/refusal.ts';
import { instantOf } from '../../format/time.ts';
import { isOfTraer } from '../inbox/look.ts';
import type { Event } from '../state/events.ts';
import type { Status } from './status.ts';

/** `metrics.prom`: the text format of Prometheus, for node_exporter's textfile collector. Counters start with the daemon. */
export interface Metrics {
  hear(event: Event): void;
  /** @param patrolAt when the patrol last ended a round, ms since the epoch, null before the first */
  write(file: string, status: Status, healthy: boolean, patrolAt: number | null): Promise<void>;
}

function isOver({ kind, ending }: Status['phases'][number]): boolean {
  return kind === 'simulacro' && ending !== 'running';
}

export function newMetrics(): Metrics {
  const count = { admitted: 0, trust: 0, altered: 0, unrestored: 0, errors: 0, revoked: 0 };
  // From the start: of a counter that appears as 1, Prometheus sees no increase.
  const refused = new Map<string, number>(CODES.map((code) => [code, 0]));
  let lastSeconds = 0;
  return {
    hear(event) {
      if (event.event === 'admitted') {
        count.admitted += 1;
        lastSeconds = event.seconds;
      }
      if (event.event === 'trust') count.trust += 1;
      if (event.event === 'revoked') count.revoked += event.to - event.from + 1;
      if (event.event === 'error') count.errors += 1;
      if (event.event === 'altered') {
        count.altered += 1;
        if (!event.restored) count.unrestored += 1;
      }
      if (event.event === 'refused' && (isFork(event.code) || !isOfTraer(event.delivery)))
        refused.set(event.code, (refused.get(event.code) ?? 0) + 1);
    },
    async write(file, status, healthy, patrolAt) {
      const lines: string[] = [];
      const add = (name: string, type: 'gauge' | 'counter', help: string, samples: readonly (readonly [string, number])[]) => {
        if (samples.length === 0) return;
        lines.push(`# HELP cotejo_${name} ${help}`, `# TYPE cotejo_${name} ${type}`);
        for (const [labels, value] of samples) lines.push(`cotejo_${name}${labels} ${value}`);
      };
      const { phases } = status;
      const live = phases.filter(({ number }) => number !== null);
      add('healthy', 'gauge', 'Whether what is public is fresh and right.', [['', Number(healthy)]]);
      add(
        'corte_number',
        'gauge',
        'Number of the newest corte admitted.',
        live.map((p) => [labelled({ phase: p.phase }), p.number ?? 0]),
      );
      add(
        'corte_taken_at_seconds',
        'gauge',
        'Hour of the newest corte, seconds since the epoch.',
        live.map((p) => [labelled({ phase: p.phase }), instantOf(p.taken_at!) / 1000]),
      );
      add(
        'fresh',
        'gauge',
        'Whether the newest corte is shown and not stale.',
        phases.map((p) => [labelled({ phase: p.phase }), Number(p.fresh)]),
      );
      add(
        'public',
        'gauge',
        'What is shown: corte, aviso or espera. Over is a drill that has ended, of which the notice is no alarm.',
        phases.map((p) => [labelled({ phase: p.phase, shows: p.public, over: String(isOver(p)) }), 1]),
      );
      add(
        'open_ended',
        'gauge',
        'Whether the official phase has closed without a final corte; a drill may just be stopped.',
        phases
          .filter(({ kind }) => kind === 'oficial')
          .map((p) => [labelled({ phase: p.phase }), Number(p.ending === 'open-ended' && p.number !== null)]),
      );
      add('trust_version', 'gauge', 'Version of the newest trust document.', [['', status.trust.version]]);
      add('trust_expires_at_seconds', 'gauge', 'Its expiry, seconds since the epoch.', [
        ['', instantOf(status.trust.expires_at) / 1000],
      ]);
      add('free_bytes', 'gauge', 'Bytes left on the file system of the state.', [['', status.free_bytes]]);
      const { free_inodes } = status;
      add('free_inodes', 'gauge', 'Files left on the file system of the state.', free_inodes === null ? [] : [['', free_inodes]]);
      add('admitted_total', 'counter', 'Cortes admitted.', [['', count.admitted]]);
      add('admission_seconds', 'gauge', 'Seconds that the last admission took.', [['', lastSeconds]]);
      add('trust_admitted_total', 'counter', 'Trust documents admitted.', [['', count.trust]]);
      add(
        'refused_total',
        'counter',
        'Deliveries refused.',
        [...refused].map(([code, n]) => [labelled({ code }), n]),
      );
      add('revoked_total', 'counter', 'Cortes that a trust document disowned.', [['', count.revoked]]);
      add('altered_total', 'counter', 'Public files found altered, missing or too many.', [['', count.altered]]);
      add('unrestored_total', 'counter', 'Altered files that no package could restore.', [['', count.unrestored]]);
      add('errors_total', 'counter', 'Failures of the machine (disk, space).', [['', count.errors]]);
      add(
        'patrol_ended_at_seconds',
        'gauge',
        'When the last whole patrol ended.',
        patrolAt === null ? [] : [['', patrolAt / 1000]],
      );
      await replaceFile(file, `${lines.join('\n')}\n`);
    },
  };
}

/** Two histories are two histories, whoever brought the proof. */
function isFork(code: Code): boolean {
  return code === 'fork' || code === 'trust-fork';
}

/**
 * `{phase="jornada",shows="corte"}`. Names and codes need no escaping; it is done all the same, so that no value can
 * end its label.
 */
function labelled(labels: Readonly<Record<string, string>>): string {
  const escaped = (value: string) => value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')}}`;
}
