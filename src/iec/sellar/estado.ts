import { join } from 'node:path';
import * as v from 'valibot';
import { readIfThere } from '../../disk/bounded-file.ts';
import { replaceFile } from '../../disk/durable.ts';
import { Refusal } from '../../format/refusal.ts';
import { Said } from '../../format/said.ts';
import { parseTime } from '../../format/time.ts';
import { SELLAR_CODES } from './trouble.ts';

/**
 * `<folder>/sellar.json`: how it stands with each authority, for the panel, the doctor and the next process. The tokens
 * themselves say what is due; what is lost with this file is how long to wait.
 */

const hour = v.pipe(
  v.string(),
  v.check((text) => parseTime(text) !== null),
);
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const told = v.nullable(
  v.pipe(
    v.object({ code: v.picklist(SELLAR_CODES), detail: v.string(), detalle: v.string() }),
    v.transform(({ code, detail, detalle }) => ({ code, detail: new Said(detail, detalle) })),
  ),
);

const schema = v.object({
  phase: v.string(),
  /** when this was written */
  at: hour,
  /** the newest corte then */
  head: whole,
  autoridades: v.array(
    v.object({
      name: v.string(),
      /** the newest corte of which it gave a token; 0 where there is none */
      newest: whole,
      /** cortes of which it gave none yet */
      pending: whole,
      /** the same of the cortes of all other phases */
      pending_other_phases: v.optional(whole, 0),
      /** tries in a row that failed */
      failures: whole,
      /** when the first of them failed */
      silent_since: v.nullable(hour),
      trouble: told,
      /** before this it is not asked */
      next_try: v.nullable(hour),
      /** before this its revocation list is not fetched */
      list_next_try: v.nullable(hour),
    }),
  ),
});

export type SellarEstado = v.InferOutput<typeof schema>;
export type AutoridadEstado = SellarEstado['autoridades'][number];

const BYTES = 1024 * 1024;

/** @returns null before the first pass, and where the file is none that this version wrote @throws Error where it can't be read */
export async function readSellar(folder: string): Promise<SellarEstado | null> {
  try {
    const bytes = await readIfThere(fileIn(folder), BYTES);
    if (bytes === null) return null;
    const result = v.safeParse(schema, JSON.parse(bytes.toString('utf8')));
    return result.success ? result.output : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof Refusal) return null;
    throw error;
  }
}

/** @throws Error where it can't be written */
export async function writeSellar(folder: string, estado: SellarEstado): Promise<void> {
  const autoridades = estado.autoridades.map(({ trouble, ...rest }) => ({
    ...rest,
    trouble: trouble && { code: trouble.code, detail: trouble.detail.en, detalle: trouble.detail.es },
  }));
  await replaceFile(fileIn(folder), `${JSON.stringify({ ...estado, autoridades }, null, 1)}\n`);
}

function fileIn(folder: string): string {
  return join(folder, 'sellar.json');
}
