/** The votes of an invented election: the municipios are Coahuila's, everything else is made up and always the same. */

export const MUNICIPIOS = [
  'Abasolo',
  'Acuña',
  'Allende',
  'Arteaga',
  'Candela',
  'Castaños',
  'Cuatro Ciénegas',
  'Escobedo',
  'Francisco I. Madero',
  'Frontera',
  'General Cepeda',
  'Guerrero',
  'Hidalgo',
  'Jiménez',
  'Juárez',
  'Lamadrid',
  'Matamoros',
  'Monclova',
  'Morelos',
  'Múzquiz',
  'Nadadores',
  'Nava',
  'Ocampo',
  'Parras',
  'Piedras Negras',
  'Progreso',
  'Ramos Arizpe',
  'Sabinas',
  'Sacramento',
  'Saltillo',
  'San Buenaventura',
  'San Juan de Sabinas',
  'San Pedro',
  'Sierra Mojada',
  'Torreón',
  'Viesca',
  'Villa Unión',
  'Zaragoza',
] as const;

/** Names that are no real party's. */
export const PLANILLAS = ['Planilla Azul', 'Planilla Guinda', 'Planilla Naranja', 'Planilla Verde'] as const;

export interface Acta {
  /** from 1, over the whole state */
  readonly serial: number;
  readonly municipio: number;
  readonly seccion: number;
  readonly casilla: string;
  /** one per planilla */
  readonly votes: readonly number[];
  readonly nulos: number;
  readonly lista: number;
  /** the corte in which it first is */
  readonly corte: number;
}

/** The cortes of the night, from the opening to the last one. */
export const CORTES = 36;

/** Every acta of the state, in the order of the municipios. */
export function allActas(): Acta[] {
  const actas: Acta[] = [];
  for (const municipio of MUNICIPIOS.keys()) {
    const random = randomOf(`municipio ${municipio}`);
    const secciones = 3 + Math.floor(random() * 4);
    const leaning = PLANILLAS.map(() => 0.4 + random());
    for (let seccion = 0; seccion < secciones; seccion++) {
      for (const casilla of random() > 0.4 ? ['B', 'C1'] : ['B']) {
        const lista = 300 + Math.floor(random() * 450);
        const turnout = 0.45 + random() * 0.25;
        const shares = leaning.map((lean) => lean * (0.7 + random() * 0.6));
        const total = shares.reduce((a, b) => a + b, 0);
        const votes = shares.map((share) => Math.floor((lista * turnout * share) / total));
        // Most actas come in the first hours; those of far-away places trickle in.
        const corte = 1 + Math.floor(random() ** 1.8 * (CORTES - 1));
        const serial = actas.length + 1;
        actas.push({
          serial,
          municipio,
          seccion: 1 + municipio * 40 + seccion,
          casilla,
          votes,
          nulos: 3 + Math.floor(random() * 15),
          lista,
          corte,
        });
      }
    }
  }
  return actas;
}

/** Numbers from 0 to 1 that only look random: the same name gives the same ones (mulberry32). */
export function randomOf(name: string): () => number {
  let state = 0;
  for (const c of name) state = (Math.imul(state, 31) + c.codePointAt(0)!) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
