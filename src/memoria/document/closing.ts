import { basename } from 'node:path';
import { fingerprint } from '../../format/key.ts';
import type { Entry } from '../../format/manifest.ts';
import { instantOf } from '../../format/time.ts';
import { momentOf } from '../../html/hour.ts';
import { type Html, html, joined, nothing } from '../../html/html.ts';
import { countOf, sizeOf } from '../../html/size.ts';
import { ruleSpan } from '../../html/span.ts';
import type { Comment, Memoria } from '../memoria.ts';
import { cellHour, many } from './numbers.ts';
import { number, tableOf } from './table.ts';
import { fileStateWords } from './words.ts';

/** The end of the report: comments, what it is made of, what its words mean, what it does not cover, and who signs. */

export function commentsSection({ comments }: Memoria): Html {
  const body =
    comments.length === 0 ? html`<p>El Difusor no agregó comentarios.</p>` : joined(groupsOf(comments).map(groupHtml), '\n');
  return html`<section aria-labelledby="comentarios" class="comments"><h2 id="comentarios">Comentarios del Difusor</h2>
${body}</section>`;
}

/** Items that follow each other are one list. */
function groupsOf(comments: readonly Comment[]): Comment[][] {
  const groups: Comment[][] = [];
  for (const comment of comments) {
    const last = groups.at(-1);
    if (comment.kind === 'item' && last?.[0]?.kind === 'item') last.push(comment);
    else groups.push([comment]);
  }
  return groups;
}

function groupHtml(group: readonly Comment[]): Html {
  const [first] = group;
  if (first?.kind === 'item') return html`<ul>${group.map(({ text }) => html`<li>${text}</li>`)}</ul>`;
  return first?.kind === 'heading' ? html`<h3>${first.text}</h3>` : html`<p>${first?.text ?? ''}</p>`;
}

export function limitsSection(memoria: Memoria): Html {
  const { about, phase, figures, incidents } = memoria;
  const { lines, overlaps, knowsRobots, statuses } = figures;
  const noted = (...codes: number[]) =>
    statuses.reduce((all, { status, requests }) => all + (codes.includes(status) ? requests : 0), 0);
  const [limited, sentOn] = [noted(429), noted(301, 302)];
  const lines_ = [
    instantOf(about.to) < instantOf(phase.closes_at)
      ? html`<li>Lo que ocurra desde el ${momentOf(about.to)} hasta el cierre de la publicación, el ${momentOf(phase.closes_at)}: esta memoria se entrega antes. El mismo programa hace el suplemento, con <code>--from ${about.to}</code> y un <code>--to</code> posterior.</li>`
      : nothing,
    html`<li>Lo que contestó una copia intermedia (la memoria del navegador, un proxy, una red de distribución cuya bitácora no esté aquí): esas lecturas no llegan al sitio y no se cuentan.</li>`,
    incidents.some(({ kind }) => kind === 'bitacora')
      ? html`<li>Lo que se consultó mientras la bitácora estuvo detenida para guardar el espacio a los cortes (sus horas están entre los incidentes): no está en ninguna cifra.</li>`
      : nothing,
    html`<li>Si el servidor web contestaba: lo que aquí se dice que vieron los lectores es lo que el nodo tenía publicado. Cuando el programa se detiene, un servidor web aparte lo sigue mostrando; el integrado, si lo inició el programa, se detiene con él.</li>`,
    html`<li>Personas: una dirección puede ser de miles de teléfonos, y una persona puede tener varias. Una visita no es una persona.</li>`,
    lines.unreadable + lines.tooLong > 0
      ? html`<li>${many(lines.unreadable + lines.tooLong, 'renglón', 'renglones')} de las bitácoras que no se pudieron leer, de ${countOf(lines.counted + lines.outside + lines.unreadable + lines.tooLong)}.</li>`
      : nothing,
    overlaps.length > 0
      ? html`<li>${many(overlaps.length, 'par', 'pares')} de bitácoras de un mismo nodo tienen horas en común (<code>datos/traslapes.csv</code>): si una es copia de otra, sus renglones se contaron dos veces.</li>`
      : nothing,
    html`<li>Las peticiones que un servidor limitó por ser demasiadas (código 429) y las que contestó antes de contarlas, que son casi todos los envíos a otra dirección (301, 302) y la espera de quien ya vio un corte más nuevo (503): el nginx que este programa configura anota una de cada cien, así que fueron unas cien veces las que dice su bitácora${limited + sentOn === 0 ? ', que aquí no tiene ninguna con 429, 301 o 302' : html` (aquí se cuentan las anotadas: ${countOf(limited)} con 429 y ${countOf(sentOn)} con 301 o 302)`}. De otros servidores y de una red de distribución está lo que ellos anoten.</li>`,
    knowsRobots
      ? nothing
      : html`<li>Programas: las bitácoras no dicen con qué se consultó, así que ninguno se aparta de las personas.</li>`,
    html`<li>Cuánto tiempo estuvo alterado un archivo antes de que la revisión lo encontrara: se sabe cuándo se encontró.</li>`,
  ];
  return html`<section aria-labelledby="limites"><h2 id="limites">Lo que esta memoria no puede cubrir</h2>
<ul>
${joined(lines_, '\n')}
</ul></section>`;
}

export function definitionsSection({ figures, about }: Memoria): Html {
  const kinds = figures.pageKinds.map((kind) => (kind === '' ? 'sin terminación' : `.${kind}`)).join(', ');
  const terms: [string, string | Html][] = [
    [
      'Hit',
      'una petición que se contestó con un documento (código 200) o con que no había cambiado (304), de alguien que no se reconoce como programa.',
    ],
    [
      'Página',
      html`un hit cuya dirección es de una carpeta o termina en uno de estos tipos: <code>${kinds}</code>. Los datos (JSON, CSV), las imágenes y los estilos no son páginas.`,
    ],
    [
      'Visita',
      `lo que se pidió desde una dirección sin más de ${ruleSpan(figures.visitSeconds)} entre una petición y la siguiente, si hubo en ello al menos una página; de IPv6, desde una red /64. Una visita se cuenta en la hora y con el corte en que comenzó.`,
    ],
    [
      'Robot',
      'un programa: quien se presenta como tal según la lista pública isbot (buscadores, vigilantes del sitio, copiadores), no dice con qué navega o pide robots.txt. Los documentos que recibió se cuentan aparte y no son hits.',
    ],
    [
      'Sin documento',
      'peticiones, de personas y de programas, que no recibieron un documento: errores, redirecciones, respuestas parciales, el aviso que se contesta con 503; y favicon.ico, que los navegadores piden solos.',
    ],
    ['Enviado', 'los bytes del contenido de las respuestas, sin los encabezados.'],
    [
      'Aviso',
      'la página que toma el lugar de los resultados cuando dejan de llegar cortes, para que nadie lea cifras viejas como si fueran nuevas.',
    ],
    [
      'Direcciones',
      about.ip === 'completa'
        ? 'en las copias de las bitácoras están como llegaron: son datos personales.'
        : 'en las copias de las bitácoras cada una está sustituida por un código hecho con una llave que se destruyó al terminar: iguales siguen siendo iguales, y de cuál venían ya no lo puede decir nadie.',
    ],
  ];
  return html`<section aria-labelledby="definiciones"><h2 id="definiciones">Definiciones</h2>
<p>Las palabras son las de AWStats, que muchos sitios usan para su estadística.</p>
<dl class="terms">${terms.map(([term, said]) => html`<div><dt>${term}</dt><dd>${said}</dd></div>`)}</dl></section>`;
}

/** The annex with what was read and what was written. @param files of the folder, but for the document itself */
export function filesTables({ figures, about }: Memoria, files: readonly (Entry & { readonly bytes: number })[]): Html {
  const logs = figures.files.map((file) => [
    basename(file.file),
    file.node,
    fileStateWords(file),
    countOf(file.lines),
    file.first === null ? '—' : cellHour(file.first),
    file.last === null ? '—' : cellHour(file.last),
  ]);
  const columns = [
    { head: 'Bitácora' },
    { head: 'Nodo' },
    { head: 'Estado' },
    number('Renglones contados'),
    { head: 'Primera' },
    { head: 'Última' },
  ];
  const sums = files.map(({ path, sha256, bytes }) => [path, sizeOf(bytes), html`<code>${sha256}</code>`]);
  const people = about.ip === 'completa' ? ' Las bitácoras tienen las direcciones completas: son datos personales.' : '';
  return html`${tableOf('Bitácoras que se leyeron', columns, logs, 'logs')}
<p>Los archivos que acompañan a este documento, cada uno con su código de integridad (SHA-256).${people}</p>
${tableOf('Archivos de la carpeta', [{ head: 'Archivo' }, number('Tamaño'), { head: 'Código de integridad' }], sums, 'sums')}`;
}

export function signatureSection({ about }: Memoria): Html {
  return html`<section class="sign"><h2>Firma</h2>
<p>La carpeta está sellada con la llave de acuses del nodo ${about.node}, <code>${fingerprint(about.key)}</code>: <code>SHA256SUMS</code> lista el código de integridad de cada archivo, este documento incluido, y <code>SHA256SUMS.sig</code> es la firma digital de esa lista. Se comprueba con <code>cotejo difusor memoria --verify CARPETA --key LLAVE.pub</code>, o sin este programa, dentro de la carpeta:</p>
<pre>ssh-keygen -Y verify -n memoria@cotejo -f FIRMANTES -I nodo -s SHA256SUMS.sig &lt; SHA256SUMS
sha256sum --check --strict SHA256SUMS</pre>
<div class="hands"><div><span></span>Responsable técnico: nombre y firma</div><div><span></span>Lugar y fecha</div></div></section>`;
}
