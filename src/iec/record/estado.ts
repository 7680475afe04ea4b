import { join } from 'node:path';
import * as v from 'valibot';
import { readIfThere } from '../../disk/bounded-file.ts';
import { writeDurably } from '../../disk/durable.ts';
import { Said } from '../../format/said.ts';
import { type Told, TROUBLE_CODES } from '../link/trouble.ts';
import { recalled } from '../link/trouble-words.ts';
import { NO_EPISODE } from './node-record.ts';
import { SIGHTS } from './seen.ts';
import { STATES } from './standing.ts';

/** `<panel>/estado.json`: what the IEC remembers of one phase's night, for a process that is started in the middle of it. */

/** A code that only another version of the program knows is accepted: losing the counts would be worse. */
const code = v.pipe(
  v.string(),
  v.transform((text) => TROUBLE_CODES.find((known) => known === text) ?? 'no-acuse'),
);
const told = v.nullable(
  v.pipe(
    v.object({ code, detail: v.string() }),
    v.transform(({ code, detail }): Told => ({ code, detail: recalled(code, detail) })),
  ),
);
const whole = v.pipe(v.number(), v.integer());

/** Of a state that only another version of the program knows nothing is known. */
const sight = v.picklist(SIGHTS);
const seen = v.fallback(
  v.nullable(
    v.pipe(
      v.object({
        state: sight,
        number: v.nullable(whole),
        taken_at: v.nullable(v.string()),
        shows: v.nullable(v.picklist(['corte', 'aviso', 'espera'])),
        receipt: v.nullable(whole),
        since: v.string(),
        detail: v.string(),
        detalle: v.string(),
      }),
      v.transform(({ detail, detalle, ...rest }) => ({ ...rest, detail: new Said(detail, detalle) })),
    ),
  ),
  null,
);

const schema = v.object({
  phase: v.string(),
  nodes: v.record(
    v.string(),
    v.object({
      standing: v.object({
        state: v.picklist(STATES),
        failed: whole,
        period: v.nullable(whole),
        since: v.nullable(v.string()),
        cause: told,
        periods: v.pipe(v.array(v.object({ period: whole, ok: v.boolean() })), v.readonly()),
      }),
      number: whole,
      trouble: told,
      silent_since: v.optional(v.nullable(v.string()), null),
      red: v.optional(v.nullable(v.object({ number: whole, at: v.string() })), null),
      site: v.fallback(v.optional(v.nullable(sight), null), null),
      episode: v.optional(v.object({ count: whole, since: v.nullable(v.string()) }), NO_EPISODE),
      bytes: v.number(),
      seconds: v.number(),
    }),
  ),
  links: v.record(v.string(), v.object({ enabled: v.boolean(), since: v.nullable(v.string()), cause: told })),
  sites: v.optional(v.record(v.string(), seen), {}),
});

/** Nodes by `difusor/node`, links and what is seen of the sites by the Difusor's name. */
export type Estado = v.InferOutput<typeof schema>;

const BYTES = 16 * 1024 * 1024;

/**
 * @returns null before the first save and for another phase's record, whose periods do not concern this one; `spoiled`
 *   where the file is no valid record, so that the counts begin anew
 * @throws Error where it can't be read
 */
export async function readEstado(panel: string, phase: string): Promise<Estado | null | 'spoiled'> {
  const bytes = await readIfThere(fileIn(panel), BYTES);
  if (bytes === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return 'spoiled';
  }
  const result = v.safeParse(schema, value);
  if (!result.success) return 'spoiled';
  return result.output.phase === phase ? result.output : null;
}

/** @returns a function that writes a record durably, unless it equals the last one written; it throws Error where it can't */
export function estadoWriter(panel: string): (estado: Estado) => Promise<void> {
  let saved = '';
  return async (estado) => {
    const text = `${JSON.stringify({ ...estado, sites: inBoth(estado.sites) }, null, 1)}\n`;
    if (text === saved) return;
    await writeDurably(fileIn(panel), text);
    saved = text;
  };
}

/** The sentence in both languages: it is not known by its state alone. */
function inBoth(sites: Estado['sites']) {
  return Object.fromEntries(Object.entries(sites).map(([name, one]) => [name, one && { ...one, detalle: one.detail.es }]));
}

function fileIn(panel: string): string {
  return join(panel, 'estado.json');
}
