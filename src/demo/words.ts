import { bilingual, type SameAs } from '../format/said.ts';

/** All that the demo tells. */

const en = {
  opening: (folder: string) => `One election night on this machine, in ${folder}. The votes are made up; all the rest is real.`,
  period: (seconds: number) => `A period of ten minutes takes ${seconds} s here; Ctrl-C ends it and leaves nothing behind.`,

  whom: 'Whom to believe',
  custodians: (count: number, names: string) =>
    `${count} custodians (${names}) have made their keys. Two of them sign the trust document:`,
  code: (groups: string) => `its code of integrity, which they print: ${groups}`,
  says: 'it says that the key firma-1 signs the official cortes, and that they are public from 18:00 on.',

  difusores: 'Two Difusores',
  site: (title: string, url: string, inbox: string) => `${title} ${url}   inbox ${inbox}`,
  untilTheHour: 'Until the hour they show a page that says when the publication begins.',
  answers503: 'before the opening the web site answers 503',

  cortes: 'A corte every ten minutes',
  corte: (hour: string, number: number, files: number, fresh: number, size: string) =>
    `${hour}  corte ${number}: ${files} files, ${fresh} of them new, ${size} sent to each`,
  showsToTheByte: (title: string, number: number) => `${title} shows corte ${number}, to the byte`,

  attacker: 'An attacker',
  keptOut: 'a stranger’s SSH key is kept out of the inbox',
  steals: 'So he steals the IEC’s SSH key, and can put what he likes into the inbox:',
  forged: 'a forged corte, signed with a key of the attacker’s own',
  changed: 'a statement that was changed after the IEC signed it',
  oneBit: 'a genuine corte with one bit of its package turned over',
  replayed: 'an old corte, sent again as the next one',
  oldKey: 'a corte signed with the old key',
  attackRefused: (attack: string, code: string) => `${attack}: refused, ${code}`,
  attackNotRefused: (attack: string) => `${attack}: NOT REFUSED`,
  allTheWhile: (number: number) => `citizens read corte ${number} all the while`,
  genuineTaken: (number: number) => `and the genuine corte ${number} is taken when it comes`,

  defacement: 'A defacement',
  breaksIn: (title: string) => `Somebody breaks into ${title} and changes a number on its page. The patrol reads every byte again:`,
  restored: 'index.html differed; it is restored, and what was found is kept as evidence',

  cut: (title: string) => `The link to ${title} is cut`,
  missed: (hour: string, number: number, north: string, south: string, state: string) =>
    `${hour}  corte ${number}: ${north} has it, ${south} is ${state}`,
  interrupted: 'three missed periods: its transmission is interrupted',
  notLinked: 'and the IEC’s list of Difusores links to it no more',
  notice: (title: string, url: string) => `${title} shows the notice instead of old results: ${url}`,
  mended: (hour: string) => `${hour}  the link is mended, and what was missed is brought up:`,
  shows: (title: string, number: number) => `${title} shows corte ${number}`,
  linkedAgain: (title: string, state: string) => `${title} is ${state}, and linked to again`,

  rotation: 'The signing key is replaced',
  version2: 'two custodians sign version 2, and both Difusores hold it',
  fromThere: (number: number) => `From corte ${number} on relevo-1 signs, and firma-1 no more.`,
  relevoPublic: (number: number) => `corte ${number}, signed by relevo-1, is public`,

  anyone: 'Anyone can check',
  chainGood: (title: string, cortes: number, head: string) =>
    `${title}: ${cortes} cortes, every signature, link and byte good; head ${head} …`,
  filesGood: (title: string, files: number) => `${title}: the ${files} files that citizens read are the IEC’s`,
  oneHistory: 'both tell one history',

  allRefused: 'Everything that should be refused was',
  notAll: 'Not everything was as it should be',
  wrongBecause: (what: string, why: string) => `${what}: ${why}`,
  theNotice: 'the notice',
  verdictOver: (what: string) => `a verdict over: ${what}`,
  didNotCome: (site: string, what: string) => `${site}: ${what} did not come`,
  notShown: (delivery: string) => `the refusal of ${delivery} is not shown to the IEC`,
  goesOn: 'The night goes on. Open these; end with Ctrl-C:',
  corteOf: (hour: string, number: number, all: number) => `${hour}  corte ${number} of ${all}`,
  lastOne: (hour: string, number: number, all: number) => `${hour}  corte ${number} of ${all}, the last one`,

  citizens: 'what citizens read',
  check: 'the check, in the browser',
  frame: 'the frame for a portal',
  chain: 'the chain, for auditors',
  state: 'its state',
  theIec: 'The IEC',
  anAuditor: 'An auditor',
  panel: 'the panel of its war room',
  list: 'the list of Difusores that citizens are led by',
  report: 'the report of the audit above',
  asksForCode: 'The check asks for the code of integrity, which the custodians have printed on their acta. Here it is:',
};

const es: SameAs<typeof en> = {
  opening: (folder) => `Una noche de elección en esta máquina, en ${folder}. Los votos son inventados; todo lo demás es de verdad.`,
  period: (seconds) => `Aquí un periodo de diez minutos dura ${seconds} s; Ctrl-C la termina y no deja nada.`,

  whom: 'A quién creer',
  custodians: (count, names) => `${count} custodios (${names}) hicieron sus llaves. Dos de ellos firman el documento de confianza:`,
  code: (groups) => `su código de integridad, que ellos imprimen: ${groups}`,
  says: 'dice que la llave firma-1 firma los cortes oficiales, y que son públicos desde las 18:00.',

  difusores: 'Dos Difusores',
  site: (title, url, inbox) => `${title} ${url}   llegada ${inbox}`,
  untilTheHour: 'Hasta esa hora muestran una página que dice cuándo comienza la publicación.',
  answers503: 'antes de la apertura el sitio responde 503',

  cortes: 'Un corte cada diez minutos',
  corte: (hour, number, files, fresh, size) =>
    `${hour}  corte ${number}: ${files} archivos, ${fresh} de ellos nuevos, ${size} enviados a cada uno`,
  showsToTheByte: (title, number) => `${title} muestra el corte ${number}, byte por byte`,

  attacker: 'Un atacante',
  keptOut: 'la llave SSH de un extraño no entra a la carpeta de llegada',
  steals: 'Entonces roba la llave SSH del IEC, y puede poner lo que quiera en la carpeta de llegada:',
  forged: 'un corte falso, firmado con una llave del propio atacante',
  changed: 'una declaración cambiada después de que el IEC la firmó',
  oneBit: 'un corte verdadero con un bit de su paquete cambiado',
  replayed: 'un corte viejo, enviado otra vez como el siguiente',
  oldKey: 'un corte firmado con la llave anterior',
  attackRefused: (attack, code) => `${attack}: se rechazó, ${code}`,
  attackNotRefused: (attack) => `${attack}: NO SE RECHAZÓ`,
  allTheWhile: (number) => `mientras tanto, la ciudadanía lee el corte ${number}`,
  genuineTaken: (number) => `y el corte ${number} verdadero se toma cuando llega`,

  defacement: 'Una página alterada',
  breaksIn: (title) => `Alguien entra a ${title} y cambia un número de su página. La ronda relee cada byte:`,
  restored: 'index.html difería; se restauró, y lo que había se guarda como prueba',

  cut: (title) => `Se corta el enlace con ${title}`,
  missed: (hour, number, north, south, state) => `${hour}  corte ${number}: ${north} lo tiene, ${south} está ${state}`,
  interrupted: 'tres periodos fallidos: su transmisión se da por interrumpida',
  notLinked: 'y la lista de Difusores del IEC ya no lleva a él',
  notice: (title, url) => `${title} muestra el aviso en lugar de resultados viejos: ${url}`,
  mended: (hour) => `${hour}  el enlace se compone, y se entrega lo que faltaba:`,
  shows: (title, number) => `${title} muestra el corte ${number}`,
  linkedAgain: (title, state) => `${title} está ${state}, y la lista lleva otra vez a él`,

  rotation: 'La llave de firma se cambia',
  version2: 'dos custodios firman la versión 2, y los dos Difusores la tienen',
  fromThere: (number) => `Desde el corte ${number} firma relevo-1, y ya no firma-1.`,
  relevoPublic: (number) => `el corte ${number}, firmado por relevo-1, es público`,

  anyone: 'Cualquiera puede comprobarlo',
  chainGood: (title, cortes, head) => `${title}: ${cortes} cortes, cada firma, enlace y byte correctos; último código ${head} …`,
  filesGood: (title, files) => `${title}: los ${files} archivos que lee la ciudadanía son los del IEC`,
  oneHistory: 'los dos cuentan una sola historia',

  allRefused: 'Se rechazó todo lo que debía rechazarse',
  notAll: 'No todo fue como debía ser',
  wrongBecause: (what, why) => `${what}: ${why}`,
  theNotice: 'el aviso',
  verdictOver: (what) => `un veredicto sobre: ${what}`,
  didNotCome: (site, what) => `${site}: no llegó ${what}`,
  notShown: (delivery) => `el rechazo de ${delivery} no se le muestra al IEC`,
  goesOn: 'La noche sigue. Abra estas direcciones; termina con Ctrl-C:',
  corteOf: (hour, number, all) => `${hour}  corte ${number} de ${all}`,
  lastOne: (hour, number, all) => `${hour}  corte ${number} de ${all}, el último`,

  citizens: 'lo que lee la ciudadanía',
  check: 'la comprobación, en el navegador',
  frame: 'el marco para un portal',
  chain: 'la cadena, para quien audita',
  state: 'su estado',
  theIec: 'El IEC',
  anAuditor: 'Quien audita',
  panel: 'el panel de su sala',
  list: 'la lista de Difusores por la que se llega a ellos',
  report: 'el informe de la revisión de arriba',
  asksForCode: 'La comprobación pide el código de integridad, que los custodios imprimieron en su acta. Es éste:',
};

export const DEMO = bilingual(en, es);
