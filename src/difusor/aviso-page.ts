import type { Statement } from '../format/statement.ts';
import type { Phase } from '../format/trust.ts';

/** The words of the pages that stand in for a corte, as readers see them. No resource but themselves. */

interface Facts {
  /** the trust document's title of the election */
  readonly title: string;
  readonly phase: Phase;
}

export function avisoPage({ title, phase, last }: Facts & { readonly last: Statement | null }): string {
  const stopped = last
    ? `<p>El último corte recibido es de las <time datetime="${last.taken_at}">${hourOf(last.taken_at)}</time>.</p>`
    : '<p>Todavía no se ha recibido ningún corte.</p>';
  return page(
    phase,
    'Aviso: la información no se está actualizando',
    `<h1>La información no se está actualizando</h1>
<p class="election">${escape(title)}</p>
<p>Este sitio difunde los resultados electorales preliminares del Instituto Electoral de Coahuila. En este momento no está
recibiendo cortes nuevos, y por eso no muestra resultados que podrían haber cambiado.</p>
${stopped}
<p>Puede consultar los resultados preliminares en el sitio del Instituto Electoral de Coahuila y con los demás difusores
oficiales. Esta página vuelve sola a los resultados en cuanto llegue un corte.</p>`,
  );
}

export function esperaPage({ title, phase }: Facts): string {
  return page(
    phase,
    'La publicación todavía no comienza',
    `<h1>La publicación todavía no comienza</h1>
<p class="election">${escape(title)}</p>
<p>Los resultados preliminares se publican aquí a partir de las
<time datetime="${phase.opens_at}">${hourOf(phase.opens_at)}</time>.</p>`,
  );
}

function page(phase: Phase, title: string, body: string): string {
  const drill =
    phase.kind === 'simulacro'
      ? '<p class="simulacro">SIMULACRO: lo que aquí se publica no son resultados de la elección.</p>\n'
      : '';
  return `<!doctype html>
<html lang="es-MX">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="60">
<title>${title}</title>
<style>
body{font:1.1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:10vh auto;padding:0 1.2rem;color:#1b1b1b;background:#fff}
h1{font-size:1.7rem;line-height:1.25;border-left:.4rem solid #8a1538;padding-left:.8rem}
.election{color:#555}
.simulacro{background:#ffd54a;padding:.5rem .8rem;font-weight:700}
time{font-weight:700;white-space:nowrap}
</style>
<main>
${drill}${body}
</main>
</html>
`;
}

const MONTHS = 'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'.split(' ');

/** `2018-07-01T20:30:00-05:00` as `20:30 horas del 1 de julio de 2018`: as written, at the election's own offset. */
export function hourOf(time: string): string {
  const [date, clock] = time.split('T') as [string, string];
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  return `${clock.slice(0, 5)} horas del ${day} de ${MONTHS[month - 1]} de ${year}`;
}

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
