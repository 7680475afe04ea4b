import type { Language } from '../../format/said.ts';
import { clockOf, dayOf, hourOf, momentOf } from '../../html/hour.ts';
import { countOf, sizeOf } from '../../html/size.ts';
import { lagSpan, spanOf } from '../../html/span.ts';
import { endedInSpanish } from './ended-words.ts';
import type { MirrorState } from './messages.ts';
import type { Unanswered } from './notes.ts';
import { recibosOfLectorInSpanish } from './recibos/words.ts';
import { trustForkInSpanish } from './trust-fork-words.ts';
import type { Obstacle } from './worker-line.ts';

/** All that the bar says, in Spanish. words-en.ts says the same. */

interface Facts {
  readonly number: number;
  readonly takenAt: string;
  readonly isFinal: boolean;
}

const corte = ({ number, isFinal }: Facts) => `Corte ${number}${isFinal ? ', el final' : ''}`;
const names = (list: readonly string[]) => joined(list.map((name) => `«${name}»`));

/** `a, b y c`; from the fourth on they are counted. */
function joined(list: readonly string[]): string {
  const shown = list.length > 3 ? [...list.slice(0, 2), `${countOf(list.length - 2)} más`] : [...list];
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} y ${last}`;
}

export const lectorInSpanish = {
  lang: 'es-MX',
  language: 'es' as Language,
  other: 'English',
  otherLang: 'en',

  /** The texts that the page has from the beginning, by the name of their place. */
  fixed: {
    results: 'Resultados electorales preliminares',
    rehearsal: 'Ensayo de la publicación',
    drill: 'Simulacro',
    drillWhy: 'Es un ensayo: no son resultados de la elección.',
    details: 'Detalles',
    detailsTitle: 'Lo que se verificó',
    mirrorsTitle: 'Los difusores',
    mirrorsWhy: 'Se pregunta a todos, y no se le cree a ninguno: lo que entregan se compara con la firma antes de mostrarse.',
    difusor: 'Difusor',
    state: 'Cómo contestó',
    newestCorte: 'Corte',
    look: 'Buscar ahora',
    forget: 'Olvidar lo visto…',
    about:
      'Cada archivo se comparó aquí, en su navegador, con lo que firmó el Instituto, antes de mostrarse. Eso prueba quién lo publicó y que nadie lo cambió; no que los datos estén bien capturados, ni que no haya un corte más nuevo en otro lado. Los resultados preliminares son informativos: no son definitivos ni tienen efectos jurídicos.',
    forgetTitle: '¿Olvidar lo que este navegador ha visto?',
    forgetWhy:
      'Este navegador recuerda el corte más nuevo que usted ha visto, para no mostrarle nunca uno más viejo. Si lo olvida, ya no podrá notarlo, y se pierden las pruebas que haya guardado.',
    forgetNo: 'No, conservarlo',
    forgetYes: 'Sí, olvidar',
    links: 'Los sitios de los difusores',
    linksWhy: 'Publican lo mismo. En cada uno, «Comprobar» revisa lo que muestra.',
    late: 'Si esta página no avanza, este navegador no puede verificar lo que muestra. Aquí no se muestra nada sin verificar.',
    publication: 'La publicación de los resultados electorales preliminares',
  },

  preparing: 'Preparando la verificación…',
  searching: 'Buscando el último corte…',
  opening: ({ number }: Facts) => `Verificando el corte ${number}…`,
  corte,
  hour: (time: string) => `${clockOf(time)} horas`,
  day: dayOf,
  when: hourOf,
  moment: momentOf,
  verified: 'Verificado en su navegador',
  from: (list: readonly string[]) => `entregado por ${joined(list)}`,
  kept: 'guardado en este aparato',
  /** of what the worker says in the place of a page */
  notOfIt: 'Lo de abajo lo dice esta página: no es de la publicación',
  ago: (seconds: number) => (seconds < 60 ? 'hace menos de 1 min' : `hace ${lagSpan(Math.floor(seconds / 60) * 60)}`),
  newer: (facts: Facts) => `Ver el corte ${facts.number}${facts.isFinal ? ', el final,' : ','} de las ${clockOf(facts.takenAt)}`,
  newerPhase: 'Ver lo que se publica ahora',
  more: (n: number) => (n === 1 ? 'y 1 aviso más' : `y ${n} avisos más`),

  barAviso: 'Sin cortes nuevos',
  barLast: (facts: Facts) => `El último: corte ${facts.number}, ${hourOf(facts.takenAt)}`,
  barEspera: 'Todavía no comienza',
  barNothing: 'Sin nada verificado que mostrar',
  barFork: ({ number }: { readonly number: number }) => `Dos cortes ${number} distintos`,
  barRevoked: ({ number }: { readonly number: number }) => `Retirado: el corte ${number} que se vio antes`,
  barUnverified: 'Sin verificar: no se muestra',
  barObstacle: 'No se puede verificar aquí',

  avisoTitle: 'No hay cortes nuevos',
  avisoWhy: (facts: Facts) =>
    `El último corte que se verificó es el ${facts.number}, de las ${hourOf(facts.takenAt)}, y ya debería haber otros. Por eso no se muestran resultados que pudieron haber cambiado.`,
  avisoNone: 'La publicación ya debió comenzar, y no ha llegado ningún corte.',
  avisoBack: 'Esta página vuelve por sí sola a los resultados en cuanto llega un corte.',
  avisoDoubt:
    'O el reloj de este aparato está mal: los difusores tienen otra hora, y por ella todavía no falta ningún corte. Revíselo.',
  avisoPass: (facts: Facts) => `Ver de todos modos el corte ${facts.number}`,
  esperaTitle: 'La publicación todavía no comienza',
  esperaWhy: (opensAt: string) => `Comienza a las ${hourOf(opensAt)}. Esta página cambia por sí sola a esa hora.`,
  esperaUnknown: 'Esta página cambia por sí sola cuando comience.',
  silentTitle: 'Ningún difusor contesta',
  silentWhy:
    'Este navegador no tiene guardado ningún corte verificado, y ninguno de los difusores contestó. Puede ser la conexión de este aparato. Se sigue preguntando.',
  refusedTitle: 'Nada de lo que llegó se pudo verificar',
  refusedWhy:
    'Los difusores contestaron, pero no con un corte que lleve la firma que debe llevar. Aquí no se muestra nada sin verificar. Se sigue preguntando.',
  forkTitle: (number: number) => `Hay dos cortes ${number} distintos, y los dos están firmados`,
  forkWhy:
    'Eso no debe ocurrir nunca. Con una llave del Instituto se firmaron dos versiones del mismo corte. La firma no dice cuál es la buena ni quién hizo la otra. Este navegador guardó las dos: son la prueba.',
  forkDo:
    'Qué hacer: guarde la prueba, o tome una foto de esta pantalla, y enséñela al Instituto, a un partido, a un observador o a un medio. Compare los dos códigos con los que el Instituto publique en otro lado.',
  forkOne: 'La que este navegador vio primero',
  forkOther: 'La que vio después',
  forkSave: 'Guardar la prueba',
  forkPass: 'Continuar, con esta advertencia',
  trustFork: trustForkInSpanish,
  ended: endedInSpanish,
  revokedTitle: (number: number) => `El corte ${number} que este navegador vio antes fue retirado`,
  revokedWhy: (version: number) =>
    `Los custodios firmaron después un documento de confianza (versión ${version}) que dice que la llave con la que se firmó no podía firmarlo. Lo que usted vio de aquel corte no cuenta.`,
  revokedAnew: (number: number) => `Ya hay otro corte ${number} en su lugar, firmado con una llave que sí puede firmarlo.`,
  revokedNone: 'Todavía no hay otro corte en su lugar.',
  see: (facts: Facts) => `Ver el corte ${facts.number}, de las ${clockOf(facts.takenAt)}`,
  unverifiedTitle: 'Esta página no pasó por la verificación',
  unverifiedWhy: 'El navegador abrió algo que no se verificó, o la publicación quiso llevarle a otro sitio. Por eso no se muestra.',
  again: 'Abrir de nuevo',
  askAgain: 'Preguntar otra vez',

  obstacles: {
    insecure: {
      title: 'Abra esta página con https',
      why: 'Se abrió con http, y así ningún navegador permite verificar lo que se muestra.',
    },
    unable: {
      title: 'Este navegador no puede verificar lo que muestra',
      why: 'Le falta lo que para eso hace falta, o lo tiene apagado. Suele pasar en ventanas privadas, dentro de otras aplicaciones y en navegadores antiguos. Ábrala en una ventana normal de un navegador al día.',
    },
    refused: {
      title: 'El navegador no permitió la verificación',
      why: 'Rechazó la parte de esta página que verifica. Suele pasar cuando se bloquean las cookies o el almacenamiento, o cuando ya no hay espacio.',
    },
    late: {
      title: 'La verificación no arrancó',
      why: 'La parte de esta página que verifica no contestó a tiempo.',
    },
    framed: {
      title: 'Abra esta página en su propia pestaña',
      why: 'Está dentro de otra página, que podría tapar o imitar lo que aquí se dice.',
    },
  } satisfies Readonly<Record<Obstacle, { readonly title: string; readonly why: string }>>,
  obstacleTail: 'Aquí no se muestra nada sin verificar.',
  https: 'Abrir con https',
  ownTab: 'Abrir en su propia pestaña',
  retry: 'Intentar de nuevo',

  unanswered: {
    save: 'La prueba no se guardó: la parte de esta página que verifica no contestó. Inténtelo otra vez, o tome una foto de esta pantalla.',
    gone: 'Este navegador ya no tiene la prueba. Si todavía ve los códigos, tómeles una foto.',
    'not-now':
      'La prueba no se guardó: por ahora no se pudo obtener el padrón que va firmado en el corte, y es parte de ella. Inténtelo otra vez, o tome una foto de esta pantalla.',
    forget: 'No se sabe si se olvidó: la parte de esta página que verifica no contestó. Inténtelo otra vez.',
    look: 'No se pudo buscar: la parte de esta página que verifica no contestó. Inténtelo otra vez.',
    pulse:
      'La parte de esta página que verifica no contesta. Lo que ve se verificó antes; puede haber un corte más nuevo. Si sigue así, abra la página otra vez.',
  } satisfies Readonly<Record<Unanswered, string>>,
  fork: (number: number) => `Hay dos cortes ${number} distintos y firmados. Los dos códigos están en «Detalles».`,
  revoked: (number: number, version: number) =>
    `Los custodios retiraron un corte ${number} que este navegador vio antes: desconocieron la llave con la que se firmó (documento de confianza ${version}). Aquél no cuenta.`,
  old: 'Usted pidió ver este corte aunque ya debería haber otros: pudo haber cambiado.',
  offlineOwn: 'Este aparato no tiene conexión. Lo que ve se verificó antes; puede haber un corte más nuevo.',
  offline: (since: string | null) =>
    `Ningún difusor contesta${since === null ? '' : ` desde las ${since}`}. Lo que ve se verificó antes; puede haber un corte más nuevo.`,
  offlineCard: (isOwn: boolean, since: string | null) =>
    isOwn ? 'Este aparato no tiene conexión.' : `Ningún difusor contesta${since === null ? '' : ` desde las ${since}`}.`,
  older: (number: number, seen: number) =>
    `Los difusores que contestan sólo tienen hasta el corte ${number}. Usted ya vio el ${seen}, y no se le muestra uno más viejo.`,
  clock: (seconds: number) =>
    `El reloj de este aparato parece ir ${spanOf(Math.round(Math.abs(seconds) / 60) * 60)} ${seconds > 0 ? 'adelante' : 'atrás'}. Revíselo: por la hora se sabe si falta un corte.`,
  files: (paths: readonly string[]) =>
    paths.length === 1
      ? `Falta «${paths[0]}»: ningún difusor lo entregó como se firmó.`
      : `Faltan ${countOf(paths.length)} archivos, entre ellos «${paths[0]}»: ningún difusor los entregó como se firmaron.`,
  altered: (list: readonly string[]) =>
    list.length === 1
      ? `${names(list)} entregó algo distinto de lo firmado. Se descartó.`
      : `${names(list)} entregaron algo distinto de lo firmado. Se descartó.`,
  refused: (mirror: string, code: string) =>
    `Lo que «${mirror}» da como lo más nuevo no está firmado como debe (${code}). Se descartó.`,
  expired: 'El documento de confianza venció: lo ya publicado sigue en pie, y no puede haber cortes nuevos.',
  unkept:
    'Este navegador no guarda nada (ventana privada o sin espacio). Lo que ve está verificado; al cerrar se olvida, y no se notará si después le muestran algo más viejo.',

  detail: {
    election: 'Elección',
    corte: 'Corte',
    code: 'Código de integridad del corte',
    from: 'De quién llegó',
    files: 'Verificado hasta ahora',
    filesIs: (n: number, bytes: number) => `${n === 1 ? '1 archivo' : `${countOf(n)} archivos`}, ${sizeOf(bytes)}`,
    trust: 'Documento de confianza',
    trustIs: (version: number) => `versión ${version}`,
    seen: 'Lo más nuevo que ha visto',
    seenIs: (number: number) => `corte ${number}`,
    notes: 'Avisos',
  },
  states: {
    responde: 'contesta',
    atrasado: 'tiene un corte anterior',
    calla: 'no contesta',
    'entrego-otra-cosa': 'entregó algo distinto',
    'por-preguntar': 'sin preguntar',
  } satisfies Readonly<Record<MirrorState, string>>,
  recibos: recibosOfLectorInSpanish,
  check: 'Comprobar',
  checkAt: (name: string) => `Comprobar el sitio de ${name}`,
  looking: 'Preguntando…',
};

export type LectorWords = typeof lectorInSpanish;
