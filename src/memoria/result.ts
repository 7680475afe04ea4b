import { instantOf } from '../format/time.ts';
import { shownFor } from './incident/shown.ts';
import type { Memoria } from './memoria.ts';

/** What the reporting node showed while the phase was open. */
function openSpans({ nodes: [own], phase }: Memoria) {
  const opens = instantOf(phase.opens_at);
  return own.spans.filter(({ to }) => to > opens).map((span) => ({ ...span, from: Math.max(span.from, opens) }));
}

/** The notice was up for so many seconds, as the reporting node's readers saw it. */
export function avisoSeconds(memoria: Memoria): number {
  return shownFor(openSpans(memoria), 'aviso') / 1000;
}

/** What `difusor memoria --json` prints: figures without robots and errors. */
export function resultJson(memoria: Memoria, folder: string) {
  const { about, figures, chain, nodes, incidents, untold } = memoria;
  const { visits, seen, robots, lines } = figures;
  const { difusor, node, phase, kind, from, to, key } = about;
  return {
    folder,
    difusor,
    node,
    phase,
    kind,
    from,
    to,
    visits: Math.round(visits.value),
    visits_exact: visits.isExact,
    visits_error: Math.ceil(visits.error),
    pages: seen.pages,
    hits: seen.hits,
    robots: { hits: robots.requests },
    bytes: seen.bytes,
    unread_lines: lines.unreadable + lines.tooLong,
    cortes: chain.cortes,
    published: nodes[0].pace.published,
    aviso_seconds: avisoSeconds(memoria),
    incidents: incidents.length + untold,
    refused: chain.refused,
    key,
  };
}
