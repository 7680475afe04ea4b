/** What the page says of the published receipts. */

export const recibosInSpanish = {
  title: 'Quiénes firmaron que lo publican',
  waiting: 'Contando los acuses publicados…',
  counted: (nodes: number, of: number, difusores: number, ofdifusores: number, corte: number) =>
    `${nodes} de ${of} nodos, de ${difusores} de ${ofdifusores} difusores, firmaron que publican el corte ${corte}, este mismo.`,
  missing: 'De los demás no hay acuse publicado; puede no haber llegado todavía, y no dice nada contra nadie.',
  admitted: (n: number) => `${n === 1 ? 'Uno más lo tiene' : `${n} más lo tienen`} y al firmar todavía no lo publicaban.`,
  refused: (n: number) =>
    `${n === 1 ? 'Un acuse no sirve y no cuenta' : `${n} acuses no sirven y no cuentan`}; eso no dice nada de quien nombran.`,
  keys: 'Las llaves son las del padrón que va firmado en el corte; los acuses se leyeron de',
  none: (corte: number) => `Ahí no hay acuses publicados del corte ${corte}; pueden tardar unos minutos:`,
  unread: 'Los acuses publicados no se pudieron leer de',
  'no-padron': 'No se contaron los acuses de los nodos: este corte, o este sitio, no dice con qué llaves se firman.',
  'unread-padron':
    'No se contaron los acuses de los nodos: el padrón que va firmado en este corte, que dice con qué llaves se firman, no se pudo obtener por ahora.',
  'no-place': 'No se contaron los acuses de los nodos: el padrón no dice dónde publica el Instituto.',
  contraryTitle: (n: number) => (n === 1 ? 'Un acuse dice otra cosa' : `${n} acuses dicen otra cosa`),
  contrary: (node: string, corte: number) =>
    `Con la llave de ${node} se firmó el acuse de otro corte ${corte}, no de éste. Los dos juntos son la prueba, y cualquiera puede comprobarla sin conexión. No dice quién falló: pudo ser quien tiene la llave del nodo, o haber dos cortes firmados con un mismo número.`,
  other: 'El acuse del otro corte',
  own: 'El acuse de este corte',
  noOwn: 'De este corte no hay todavía ningún acuse; vale el corte mismo, que está firmado.',
  signedBy: 'Firmado con la llave de',
  ofCorte: 'Código del corte',
  at: 'Publicado',
  exact: 'El texto exacto y su firma',
  save: 'Guarde la constancia: los lleva dentro.',
};

export const recibosInEnglish: typeof recibosInSpanish = {
  title: 'Who signed that they publish it',
  waiting: 'Counting the published receipts…',
  counted: (nodes, of, difusores, ofDifusores, corte) =>
    `${nodes} of ${of} nodes, of ${difusores} of ${ofDifusores} Difusores, signed that they publish corte ${corte}, this very one.`,
  missing: 'Of the others no receipt is published; it may not have come yet, and says nothing against anybody.',
  admitted: (n) => `${n === 1 ? 'One more holds it' : `${n} more hold it`} and did not publish it yet when signing.`,
  refused: (n) =>
    `${n === 1 ? 'One receipt is no good and does not count' : `${n} receipts are no good and do not count`}; that says nothing of whom they name.`,
  keys: 'The keys are those of the padrón that is signed within the corte; the receipts were read from',
  none: (corte) => `No receipts of corte ${corte} are published there; they may take some minutes:`,
  unread: 'The published receipts could not be read from',
  'no-padron': 'The nodes’ receipts were not counted: this corte, or this site, does not say by which keys they are signed.',
  'unread-padron':
    'The nodes’ receipts were not counted: the padrón that is signed within this corte, which says by which keys they are signed, could not be had just now.',
  'no-place': 'The nodes’ receipts were not counted: the padrón does not say where the Institute publishes.',
  contraryTitle: (n) => (n === 1 ? 'One receipt says otherwise' : `${n} receipts say otherwise`),
  contrary: (node, corte) =>
    `With the key of ${node} a receipt of another corte ${corte} was signed, not of this one. The two together are the proof, and anyone can check it offline. It does not say who failed: it may have been whoever holds the node’s key, or two cortes signed with one number.`,
  other: 'The receipt of the other corte',
  own: 'The receipt of this corte',
  noOwn: 'There is no receipt of this corte yet; the corte itself, which is signed, takes its place.',
  signedBy: 'Signed with the key of',
  ofCorte: 'Code of the corte',
  at: 'Published',
  exact: 'The exact text and its signature',
  save: 'Save the constancia: it holds them.',
};
