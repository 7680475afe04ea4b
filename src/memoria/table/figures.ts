import type { Apart, Base, BaseDay, Count, Figures, Named, Row, Top } from '../figures.ts';
import type { Cell, Table } from './csv.ts';

/** Every figure of the access logs as tables. */

const SPAN = ['desde', 'hasta'];
const SEEN = ['paginas', 'hits', 'bytes'];
const VISITS = ['visitas', 'visitas_exactas', 'visitas_error'];
const ROW = [
  ...VISITS,
  ...SEEN,
  'robots_peticiones',
  'robots_paginas',
  'robots_bytes',
  'no_vistas_peticiones',
  'no_vistas_paginas',
  'no_vistas_bytes',
];

/** By file name without its ending. */
export function figureTables(figures: Figures, base: Base | null): Record<string, Table> {
  const { hours, days, cortes, avisos, statuses, files, overlaps } = figures;
  const table = (columns: readonly string[], rows: readonly (readonly Cell[])[]): Table => ({ columns, rows });
  return {
    totales: table(['cifra', 'valor'], totals(figures)),
    'por-hora': table([...SPAN, ...ROW], hours.map(rowOf)),
    'por-dia': table([...SPAN, ...ROW], days.map(rowOf)),
    'por-corte': table(
      ['corte', ...SPAN, ...ROW],
      cortes.map((row) => [row.number, ...rowOf(row)]),
    ),
    'durante-el-aviso': table(
      [...SPAN, 'peticiones', 'paginas', 'bytes', 'respondidas_503'],
      avisos.map(({ from, to, requests, pages, bytes, answered503 }) => [from, to, requests, pages, bytes, answered503]),
    ),
    'codigos-de-respuesta': table(
      ['codigo', 'peticiones', 'bytes'],
      statuses.map(({ status, requests, bytes }) => [status, requests, bytes]),
    ),
    paginas: table(['direccion', ...SEEN], topOf(figures.topPages)),
    'sitios-de-origen': table(['sitio', ...SEEN], topOf(figures.referrers)),
    marcos: table(['portal', ...SEEN], topOf(figures.frames.portals)),
    bitacoras: table(
      [
        'archivo',
        'nodo',
        'formato',
        'gzip',
        'estado',
        'igual_a',
        'lineas',
        'fuera_del_periodo',
        'ilegibles',
        'demasiado_largas',
        'hacia_atras',
        'primera',
        'ultima',
        'bytes',
        'copia',
        'lineas_de_la_copia',
      ],
      files.map((file) => [
        file.file,
        file.node,
        file.form,
        file.isGzip,
        file.state,
        file.sameAs,
        file.lines,
        file.outside,
        file.unreadable,
        file.tooLong,
        file.backwards,
        file.first,
        file.last,
        file.bytes,
        file.copy?.name ?? null,
        file.copy?.lines ?? null,
      ]),
    ),
    traslapes: table(
      ['nodo', 'archivo', 'otro_archivo', ...SPAN],
      overlaps.map(({ node, files: [one, other], from, to }) => [node, one, other, from, to]),
    ),
    ...(base && { 'lo-habitual': table(['dia', 'visitas', ...SEEN], baseRows(base)) }),
  };
}

function totals(figures: Figures): Cell[][] {
  const { visits, visitors, addresses, seen, robots, unseen, lines, frames } = figures;
  const peak = (name: string, of: Figures['peakHits']): Cell[][] => [
    [`pico_${name}_por_minuto`, of?.value ?? null],
    [`pico_${name}_minuto`, of?.from ?? null],
  ];
  return [
    ['desde', figures.from],
    ['hasta', figures.to],
    ...countCells('visitas', visits),
    ...countCells('visitantes', visitors),
    ...countCells('direcciones', addresses),
    ['paginas', seen.pages],
    ['hits', seen.hits],
    ['bytes', seen.bytes],
    ...apartCells('robots', robots),
    ...apartCells('no_vistas', unseen),
    ['reconoce_robots', figures.knowsRobots],
    ['marco_abierto', frames.opened],
    ['marco_paginas', frames.pages],
    ['marco_hits', frames.hits],
    ['marco_bytes', frames.bytes],
    ...peak('peticiones', figures.peakRequests),
    ...peak('hits', figures.peakHits),
    ...peak('paginas', figures.peakPages),
    ['lineas_contadas', lines.counted],
    ['lineas_fuera_del_periodo', lines.outside],
    ['lineas_ilegibles', lines.unreadable],
    ['lineas_demasiado_largas', lines.tooLong],
    ['segundos_sin_consultas_que_terminan_una_visita', figures.visitSeconds],
    ['terminaciones_que_hacen_pagina', figures.pageKinds.map((kind) => kind || '(ninguna)').join(' ')],
    ...topCells('paginas_distintas', figures.topPages),
    ...topCells('sitios_de_origen_distintos', figures.referrers),
    ...topCells('portales_distintos', frames.portals),
  ];
}

function countCells(name: string, { value, isExact, error }: Count): Cell[][] {
  return [
    [name, value],
    [`${name}_exactas`, isExact],
    [`${name}_error`, error],
  ];
}

function apartCells(name: string, { requests, pages, bytes }: Apart): Cell[][] {
  return [
    [`${name}_peticiones`, requests],
    [`${name}_paginas`, pages],
    [`${name}_bytes`, bytes],
  ];
}

function topCells(name: string, { distinct, isCut, missing }: Top): Cell[][] {
  return [
    [name, distinct],
    [`${name}_al_menos`, isCut],
    [`${name}_hits_que_pueden_faltar`, missing],
  ];
}

function rowOf({ from, to, visits, pages, hits, bytes, robots, unseen }: Row): Cell[] {
  return [
    from,
    to,
    visits.value,
    visits.isExact,
    visits.error,
    pages,
    hits,
    bytes,
    robots.requests,
    robots.pages,
    robots.bytes,
    unseen.requests,
    unseen.pages,
    unseen.bytes,
  ];
}

function topOf({ rows }: Top): Cell[][] {
  return rows.map(({ name, pages, hits, bytes }: Named) => [name, pages, hits, bytes]);
}

function baseRows({ days, mean, median }: Base): Cell[][] {
  const line = (name: string, { visits, pages, hits, bytes }: Omit<BaseDay, 'day'>): Cell[] => [name, visits, pages, hits, bytes];
  return [...days.map((day) => line(day.day, day)), line('media', mean), line('mediana', median)];
}
