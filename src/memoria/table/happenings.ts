import { formatTime } from '../../format/time.ts';
import type { Incident } from '../incident/kinds.ts';
import type { Memoria } from '../memoria.ts';
import type { Cell, Table } from './csv.ts';

/** What readers saw and what happened, as tables, and the incidents as JSON. Hours are the election's. */

export function happeningTables(memoria: Memoria): Record<string, Table> {
  const { nodes, incidents, offset } = memoria;
  const at = (ms: number | null) => (ms === null ? null : formatTime(ms, offset));
  return {
    'lo-que-se-vio': {
      columns: ['nodo', 'desde', 'hasta', 'segundos', 'se_vio', 'corte', 'fuente'],
      rows: nodes.flatMap(({ node, spans }) =>
        spans.map(({ from, to, shows, number, source }): Cell[] => [
          node,
          at(from),
          at(to),
          (to - from) / 1000,
          shows,
          number,
          source,
        ]),
      ),
    },
    cortes: {
      columns: ['nodo', 'corte', 'hora_del_corte', 'publicado', 'demora_segundos', 'segundos_a_la_vista'],
      rows: nodes.flatMap(({ node, published }) =>
        published.map(({ number, taken_at, from, delay, shown }): Cell[] => [
          node,
          number,
          taken_at,
          at(from),
          delay === null ? null : delay / 1000,
          shown / 1000,
        ]),
      ),
    },
    incidentes: {
      columns: [
        'incidente',
        'nodo',
        'fase',
        'desde',
        'hasta',
        'segundos',
        'corte',
        'cuantos',
        'restaurados',
        'codigo',
        'fuente',
        'ejemplos',
      ],
      rows: incidents.map((one): Cell[] => [
        one.kind,
        one.node,
        one.phase,
        at(one.from),
        at(one.to),
        (one.to - one.from) / 1000,
        one.number,
        one.count,
        one.restored,
        one.code,
        one.source,
        one.examples.join(' · '),
      ]),
    },
  };
}

/** The incidents as they stand in `incidentes.json`. */
export function incidentsJson({ incidents, untold, offset, about }: Memoria) {
  const one = ({ from, to, ...rest }: Incident) => ({ from: formatTime(from, offset), to: formatTime(to, offset), ...rest });
  return { difusor: about.difusor, from: about.from, to: about.to, incidents: incidents.map(one), untold };
}

/** `memoria.json`: who reports, and every figure. */
export function memoriaJson({ about, chain, nodes, figures, base, offset }: Memoria) {
  const at = (ms: number | null) => (ms === null ? null : formatTime(ms, offset));
  const seconds = (ms: number | null) => (ms === null ? null : ms / 1000);
  return {
    ...about,
    chain: {
      cortes: chain.cortes,
      final: chain.final,
      head: chain.head,
      refused: chain.refused,
      acuses: chain.acuses,
      bad_acuses: chain.badAcuses,
    },
    nodes: nodes.map(({ node, spans, pace }) => ({
      node,
      cortes_published: pace.published,
      median_delay_seconds: seconds(pace.median),
      longest_delay_seconds: seconds(pace.longest),
      shown: spans.map(({ from, to, ...rest }) => ({ from: at(from), to: at(to), ...rest })),
    })),
    figures,
    base,
  };
}
