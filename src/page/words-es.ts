import type { Code } from '../format/refusal.ts';
import type { Language } from '../format/said.ts';
import { momentOf } from '../html/hour.ts';
import { countOf } from '../html/size.ts';
import { cameraInSpanish } from './camera/words.ts';
import { constanciaInSpanish } from './constancia/words.ts';
import type { Front } from './front-names.ts';
import { recibosInSpanish } from './recibos/words.ts';
import { stepsInSpanish as todoInSpanish } from './steps/words.ts';
import type { Tone } from './tone.ts';
import type { WebTroubleKind } from './web-trouble.ts';

/** All that the page says, in Spanish. words-en.ts says the same. */

const codes: Record<Code, string> = {
  'delivery-malformed': 'Hay algo que no es un archivo de la cadena.',
  'delivery-incomplete': 'Le falta uno de sus archivos.',
  'too-large': 'Un archivo es más grande de lo que puede ser; no se leyó completo.',
  'signature-malformed': 'El archivo de la firma no es una firma de este tipo.',
  'signature-invalid': 'La firma no corresponde a este contenido: uno de los dos fue cambiado.',
  'signer-unknown': 'Lo firmó una llave que los custodios no autorizaron.',
  'signer-out-of-range': 'Lo firmó una llave que no podía firmar ese número de corte; así se rechaza una llave revocada o robada.',
  'statement-malformed': 'La declaración del corte no tiene la forma exacta que debe tener.',
  'wrong-election': 'Es de otra elección.',
  'wrong-phase': 'Es de otra fase, por ejemplo de un simulacro.',
  'trust-missing': 'Nombra un documento de confianza que aquí no está.',
  'trust-mismatch': 'Nombra otro documento de confianza que el que le corresponde.',
  'trust-expired': 'El documento de confianza venció.',
  gap: 'Falta este corte, y hay otros después de él: la cadena está interrumpida.',
  fork: 'No sigue al corte anterior: alguien cambió la historia.',
  'after-final': 'Viene después del corte que se declaró final.',
  'time-order': 'Su hora no es posterior a la del corte anterior.',
  'time-future': 'Su hora está en el futuro.',
  'phase-closed': 'Su hora es posterior al cierre de la fase.',
  'manifest-mismatch': 'La lista de archivos no es la que el Instituto firmó.',
  'manifest-malformed': 'La lista de archivos no tiene la forma que debe tener.',
  'path-forbidden': 'La lista de archivos tiene un nombre de archivo prohibido.',
  'package-mismatch': 'El paquete no es el que el Instituto firmó.',
  'package-malformed': 'El paquete no tiene la forma que debe tener.',
  'content-mismatch': 'El contenido del paquete no es el que dice la lista de archivos.',
  'content-missing': 'Falta contenido que la lista de archivos nombra.',
  'trust-malformed': 'El documento de confianza no tiene la forma exacta que debe tener.',
  'trust-version': 'El documento de confianza no sigue al anterior.',
  'trust-threshold': 'No lo firmaron los custodios necesarios.',
  'trust-rewrites': 'Olvida o cambia lo que un documento anterior decía.',
  'trust-fork': 'Los custodios firmaron dos documentos distintos de la misma versión. Es una alarma: avise al Instituto.',
};

const troubles: Record<WebTroubleKind, (what: string) => string> = {
  unreachable: () =>
    'El servidor no contesta, o no permite que esta página lo lea (para eso debe enviar «Access-Control-Allow-Origin: *»).',
  status: (what) => `El servidor contesta con el error ${what}.`,
  'stand-in': () => 'El servidor muestra un aviso en lugar de lo que se le pidió.',
  stalls: () => 'El servidor dejó de contestar.',
  drips: () => 'El servidor contesta con una lentitud que no permite terminar.',
  elsewhere: (what) => `El servidor envía a otro sitio${what === '' ? '' : `: ${what}`}. No se siguió.`,
  cut: () => 'La conexión se cortó.',
};

const tones: Record<Tone, string> = {
  good: 'Concuerda: es lo que el Instituto firmó',
  uncompared: 'Todo concuerda; falta que usted compare un código',
  bad: 'No concuerda: no confíe en esta copia',
  unknown: 'No se pudo terminar la comprobación',
};

const files = (n: number) => (n === 1 ? '1 archivo' : `${countOf(n)} archivos`);

export const pageInSpanish = {
  lang: 'es-MX',
  /** of what the checks say */
  language: 'es' as Language,
  /** of a time of the format */
  moment: momentOf,
  other: 'English',
  otherLang: 'en',
  codes,
  troubles,
  tones,

  /** The texts that page.html has from the beginning, by the name of their place. */
  fixed: {
    title: 'Cotejo',
    lead: '¿Lo que muestra un difusor es, byte por byte, lo que firmó el Instituto Electoral? Esta página lo comprueba en su navegador.',
    site: 'Sitio del difusor',
    siteHelp: 'La dirección donde se ven los resultados preliminares.',
    code: 'Código de integridad impreso',
    codeHelp:
      'Los 64 dígitos del documento de confianza, como los publicó el Instituto en papel o en otro medio. Si no los tiene, deje el campo vacío y compárelos al final.',
    scan: cameraInSpanish.start,
    scanHelp: 'El acta lo trae también como QR: léalo con la cámara del teléfono, copie el texto y péguelo aquí.',
    more: 'Más opciones',
    recibosAt: 'Dirección de los acuses publicados',
    recibosHelp: 'Sólo si no es la del Instituto, que el corte dice, con «recibos/» al final.',
    chain: 'Dirección de la cadena',
    chainHelp: 'Sólo si no es la del sitio con «cotejo/chain/» al final.',
    sampling: 'Archivos del sitio que se comparan',
    sample: 'Una muestra de 100, al azar',
    all: 'Todos',
    none: 'Ninguno: sólo la cadena',
    anchorFiles: 'O los archivos del ancla',
    anchorHelp: 'En lugar del código: el documento de confianza (1.json) y sus firmas (.sig), si los tiene.',
    start: 'Comprobar',
    cancel: 'Cancelar',
    progress: 'Avance',
    verdict: 'Resultado',
    aboutTitle: 'Qué es esta página',
    about1:
      'La noche de la elección, el Instituto firma cada corte de los resultados preliminares y lo enlaza con el anterior. Los custodios dicen, en documentos de confianza que ellos firman, qué llaves pueden firmar.',
    about2:
      'Todo se calcula en este navegador. La página no guarda nada, no envía nada a nadie y sólo lee las direcciones que usted escribe y, al final, los acuses que publica el Instituto donde el corte lo dice.',
    about3:
      'Si desconfía de quien le muestra esta página, no la use desde ahí: ábrala desde el sitio del Instituto, o guárdela y compare su código de integridad (SHA-256) con el publicado. El mismo archivo sirve para cualquier difusor.',
    noscript: 'Esta página necesita JavaScript: la comprobación se hace en su navegador y en ningún otro lado.',
  },

  steps: {
    trust: 'Documentos de confianza',
    seen: 'Lo que usted ve: el último corte y su portada',
    cortes: 'Firmas y enlaces de los cortes',
    manifest: 'Lista de archivos del último corte',
    files: 'Archivos que muestra el sitio',
  },
  checking: 'Comprobando…',
  /** What is said before the history is known; it is no verdict. */
  seen: {
    title: 'Lo que ve es lo que firmó el Instituto',
    titleUncompared: 'Lo que ve concuerda con la firma de esta cadena',
    why: (corte: number, phase: string, when: string, { compared, named }: Front) =>
      `${named === 0 ? 'La portada es' : `La portada y ${compared < named ? `${countOf(compared)} de los ${files(named)}` : files(named)} que nombra son`}, byte por byte, del corte ${corte} de la fase ${phase}, del ${when}.`,
    uncompared: 'Que la cadena sea la del Instituto lo dice sólo el código de integridad, que se compara al final.',
    historyNext: (corte: number): string =>
      corte === 1
        ? 'Es el primer corte. Falta comprobar lo demás: esto todavía no es el resultado.'
        : 'Falta comprobar la historia desde el corte 1 y los demás archivos: esto todavía no es el resultado.',
    unbroken: (n: number): string =>
      n === 1
        ? 'Sólo hay un corte, y está firmado. Falta comparar los demás archivos.'
        : `Sin interrupción desde el corte 1: los ${countOf(n)} están enlazados y firmados. Falta comparar los demás archivos.`,
    broken:
      'Se retira lo que esta página dijo hace un momento de lo que usted ve: su firma concuerda por sí sola, pero la historia que la sostiene no.',
    others: 'Lo que esta página dijo hace un momento vale sólo para la portada: otros archivos del sitio no concuerdan.',
  },
  cortesDone: (phase: string, n: number) => `fase ${phase}: ${n}`,
  filesDone: (n: number, of: number) => `${countOf(n)} de ${countOf(of)}`,
  read: (bytes: string) => `${bytes} leídos`,
  badSite: 'No es una dirección. Escríbala como https://prep.ejemplo.mx/',
  noAddress: 'Escriba la dirección del sitio o la de la cadena.',
  badCode: 'No es un código de integridad: son 64 dígitos, de 0 a 9 y de «a» a «f», en grupos o seguidos.',
  keyCode: 'Esa es la huella de una llave. Aquí va el código de integridad del documento: 64 dígitos, de 0 a 9 y de «a» a «f».',
  badFiles: 'Elija un documento de confianza (.json) y, si las tiene, sus firmas (.sig).',
  mixed: 'Esta página se abrió con https y no puede leer una dirección http. Ábrala desde un archivo guardado.',

  simulacro: 'SIMULACRO: lo que aquí se comprobó no son resultados de la elección',
  preliminary: 'Son resultados preliminares.',
  cancelled: 'Comprobación cancelada',
  cancelledWhy: 'Lo que se alcanzó a comprobar no basta para decir nada.',
  liveBad: 'Este sitio no muestra lo que el Instituto firmó',
  liveStale: 'Este sitio muestra archivos atrasados',
  otherAnchor: 'El código que usted dio no es de esta cadena',
  otherAnchorWhy:
    'Ningún documento de confianza de esta cadena tiene ese código de integridad. Revise que lo haya escrito bien; si está bien, esta cadena no es la que los custodios firmaron.',
  noChain: 'Aquí no hay cadena',
  noChainWhy: (at: string) => `En ${at} no está el primer documento de confianza. Revise la dirección.`,
  noCortes: 'La cadena todavía no tiene cortes',
  noCortesWhy: 'Los documentos de confianza concuerdan, pero no hay ningún corte que comprobar.',
  notCurrent: 'El sitio no muestra el último corte',
  aviso: (when: string) =>
    `El último corte es del ${when}. Por la hora, el sitio debe mostrar un aviso en lugar de resultados, y lo que muestra no es ese corte.`,
  espera: 'La fase todavía no abre: por la hora, el sitio debe mostrar una página de espera.',
  standIn: {
    aviso: 'El sitio muestra un aviso en lugar de resultados',
    espera: 'El sitio dice que la publicación todavía no comienza',
  },
  standInWhy: (when: string) =>
    `El último corte de la cadena es del ${when}. El sitio no muestra resultados: no hay nada que comparar, ni nada falsificado.`,
  noSite: 'En esa dirección no está la publicación',
  noSiteWhy: (at: string) => `En ${at} no está ninguno de los archivos del corte. Revise la dirección.`,
  moved: 'La dirección que usted escribió, con http, envía a https en el mismo servidor, y se siguió. Use https.',
  bug: 'Ocurrió un error de esta página, que no dice nada de la cadena.',

  goodWhy: (corte: number, phase: string, when: string) =>
    `El corte ${corte} de la fase ${phase}, del ${when}, lleva la firma de una llave autorizada por los custodios, y todos los cortes desde el primero están enlazados y firmados.`,
  uncomparedWhy:
    'Los documentos, las firmas y los enlaces concuerdan entre sí. Que sean los del Instituto lo dice sólo el código de integridad de abajo: compárelo con el impreso.',
  faultTrust: (version: number) => `En el documento de confianza ${version}:`,
  faultAnchor: 'En el documento de confianza del que se parte (el ancla):',
  faultCorte: (number: number, phase: string) => `En el corte ${number} de la fase ${phase}:`,
  until: (number: number, when: string) => `Hasta el corte ${number}, del ${when}, todo concuerda.`,
  noneBefore: 'No hay antes ningún corte que concuerde.',
  faultCode: 'Código',
  technical: 'Detalle técnico',
  withheld: (number: number, newest: number, phase: string) =>
    `El índice de esta copia anuncia el corte ${number} de la fase ${phase}, y el último que tiene es el ${newest}: puede estar incompleta o esconder lo más nuevo.`,
  withheldTrust: (number: number, newest: number) =>
    `El índice de esta copia anuncia el documento de confianza ${number}, y el último que tiene es el ${newest}.`,
  otherHead: (number: number, phase: string) =>
    `El índice de esta copia anuncia otro corte ${number} de la fase ${phase} que el que tiene.`,
  passedOver: (n: number) =>
    `${n === 1 ? 'Un bloque de la historia no sirvió' : `${countOf(n)} bloques de la historia no sirvieron`}, y esos cortes se leyeron uno por uno; no es una falla de la cadena.`,
  elsewhere: (asked: string, at: string) => `En ${asked} no está la publicación; se comprobó ${at}`,
  reading: 'Lectura',
  expired: (when: string) =>
    `El documento de confianza venció el ${when}: lo ya publicado sigue en pie, pero no puede haber cortes nuevos.`,

  anchorTitle: (version: number) => `Compare este código: documento de confianza ${version}`,
  anchorGiven: (version: number) => `De dónde se partió: documento de confianza ${version}`,
  anchorNone:
    'Usted no dio ningún código, y la página partió del primer documento que trae esta misma cadena. Eso demuestra que lo demás se sigue de él, pero no quién lo hizo: quien falsifica una cadena completa también falsifica su primer documento. Compare cada grupo con el código impreso por el Instituto.',
  anchorCode: 'Es el código que usted dio: la cadena parte del documento que lo tiene.',
  anchorFile: 'Es el archivo que usted eligió: la cadena parte de él. Si lo bajó de este mismo sitio, compare también el código.',
  anchorHash: 'Código de integridad (SHA\u2011256)',
  compared: 'Ya lo comparé: los ocho grupos son iguales a los impresos',
  custodians: (threshold: number, count: number) => `Custodios (se necesitan ${threshold} firmas de ${count})`,
  newest: (version: number, when: string) => `Documento de confianza vigente: versión ${version}, vence el ${when}`,

  detailTitle: 'Qué se comprobó',
  election: 'Elección',
  phase: 'Fase',
  kinds: { oficial: 'oficial', simulacro: 'SIMULACRO' },
  lastCorte: 'Último corte',
  lastSound: 'Último corte que concuerda',
  lastCorteIs: (n: number, when: string, final: boolean) => `${n}, del ${when}${final ? ' (final)' : ''}`,
  unbroken: 'Sin interrupción',
  unbrokenSince: (n: number, when: string) => (n === 1 ? `sólo hay un corte, del ${when}` : `${n} cortes, desde el ${when}`),
  cadence: 'Entre cortes',
  cadenceIs: (median: string, longest: string) => `${median} de costumbre, ${longest} lo más largo`,
  signedWith: 'Firmado con',
  signerRange: (name: string, range: string) => `${name}, cortes ${range}`,
  headHash: 'Código del último corte',
  notes: 'Notas del Instituto',
  note: (n: number, note: string) => `Corte ${n}: «${note}»`,
  siteFiles: 'Archivos del sitio',
  same: (n: number, of: number) => (n === of ? `${files(n)}, todos iguales` : `${countOf(n)} de ${files(of)} son iguales`),
  sampleOnly: (n: number, of: number) =>
    `Fue una muestra al azar: se compararon ${countOf(n)} de los ${countOf(of)} archivos del sitio, y de los demás no se sabe nada.`,
  siteNotCompared: 'Sólo se comprobó la cadena: no se comparó ningún archivo del sitio.',
  sampled: (n: number, of: number, seed: string) => `muestra de ${n} entre ${countOf(of)}; semilla ${seed}`,
  listed: 'Lista de archivos',
  listedIs: (n: number) => `${files(n)}; la lista es la firmada`,
  traffic: 'Se leyeron',
  checkedAt: 'Comprobado',
  ownClock: (when: string) => `${when}, según este aparato`,
  presentations: 'Presentaciones propias',
  presentationIs: (title: string, difusor: string, first: number) =>
    `«${title}», presentación de ${difusor}, autorizada desde el corte ${first}; aquí no se comprueba`,
  otherPhases: 'Otras fases de la cadena',
  otherPhase: (name: string, kind: string, n: number) => `${name} (${kind}): ${n === 1 ? '1 corte' : `${n} cortes`}`,

  unread: (number: number) =>
    `No se pudo leer la lista de archivos del corte ${number}: un archivo como era en ese corte cuenta aquí como alterado. Inténtelo de nuevo, o con otra copia de la cadena.`,
  officialShown: (official: string) =>
    `La fase ${official} ya empezó, y esta copia de la cadena no tiene ningún corte de ella: el sitio se comparó con un simulacro. Use otra copia de la cadena.`,
  mayBeNewer: (number: number) =>
    `Ya puede haber un corte más nuevo que el ${number}, que no se pudo comparar: lo que difiere puede ser de ése. Inténtelo de nuevo.`,
  folder: (path: string) => `${path}, la dirección por la que se abre index.html`,
  altered: (n: number) => `${n === 1 ? 'Alterado' : 'Alterados'}: ${files(n)} con otro contenido que el firmado`,
  stale: (n: number) => `${n === 1 ? 'Atrasado' : 'Atrasados'}: ${files(n)} de un corte anterior`,
  staleFrom: (path: string, number: number) => `${path} (es el del corte ${number})`,
  missing: (n: number) => `${n === 1 ? 'Falta' : 'Faltan'}: ${files(n)} que el sitio no tiene`,
  blocked: (n: number) => `${n === 1 ? 'Bloqueado' : 'Bloqueados'}: en lugar de ${files(n)} hay otra página o un error`,
  redirected: (n: number) => `${n === 1 ? 'Desviado' : 'Desviados'}: ${files(n)} que ${n === 1 ? 'lleva' : 'llevan'} a otro sitio`,
  failed: (n: number) => `Sin leer: ${files(n)} que no se ${n === 1 ? 'pudo' : 'pudieron'} pedir; de eso no se sabe nada`,
  andMore: (n: number) => `y ${countOf(n)} más`,
  checkAll: 'Comprobar todos los archivos',

  camera: cameraInSpanish,
  /** What comes after the verdict. */
  recibos: recibosInSpanish,
  constancia: constanciaInSpanish,
  todo: todoInSpanish,

  uncheckedTitle: 'Qué no se comprobó',
  unchecked: {
    newer:
      'Que no haya un corte más nuevo: una copia puede esconder lo último. Compare número, hora y código del último corte con otro difusor o con el Instituto.',
    unserved: (n: number) =>
      `${n === 1 ? 'Un archivo que no todos los sitios muestran' : `${countOf(n)} archivos que no todos los sitios muestran`}, por su nombre.`,
    rest: (n: number) => `Los otros ${files(n)} del sitio, que no entraron en la muestra.`,
    site: 'Los archivos que muestra el sitio.',
    anchor: 'Que la cadena sea la del Instituto: lo dice sólo el código de integridad, que falta comparar con el impreso.',
    recibos: 'Cuántos nodos de los difusores firmaron que publican este corte.',
    packages:
      'Los paquetes y las listas de archivos de los cortes anteriores; eso lo hace el programa «cotejo audit chain --packages».',
    others: 'Lo que ven otras personas: un sitio puede mostrar otra cosa en otro momento o a otro visitante.',
    truth: 'Que los datos estén bien capturados: la firma dice quién los publicó y que nadie los cambió después.',
    page: 'Esta página misma: si la sirve quien usted quiere revisar, podría mentir.',
  },
};

export type PageWords = typeof pageInSpanish;
