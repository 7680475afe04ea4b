import { bilingual, type SameAs } from '../../format/said.ts';

/** What is said while a chain is fetched back. */

const english = {
  atWork: (chain: string) => `another process is at work on ${chain}`,
  waitForIt: 'wait for its end, or stop the service: systemctl stop cotejo-iec',
  ownDisowned: (phase: string, number: number, chain: string) =>
    `trust disowns corte ${number} of ${phase}, which is in ${chain}; first \`cotejo iec heal\` sets it aside`,
  ownWrong: (what: string, chain: string) => `${what} in ${chain}; set it aside and run this again`,
  ownTrust: (version: number, detail: string, chain: string) => `trust ${version} in ${chain}: ${detail}`,
  otherTrust: (file: string) => `${file} is another document than the custodians' one that the places have`,
  otherFile: (file: string) => `${file} is not what the IEC signed; set it aside and run this again`,
  notAFolder: (path: string) => `${path} is in the way of a corte`,
  changed: (number: number, phase: string) => `it is another corte ${number} of ${phase} than a moment ago`,
  gone: (place: string, file: string) => `${place} does not give ${file}`,
  fromNone: (number: number, phase: string, why: string) => `corte ${number} of ${phase} could be had from no place: ${why}`,
  afterwards: (phase: string, number: number, detail: string) => `${phase} ${number}, as it is on this disk now: ${detail}`,
} as const;

const spanish: SameAs<typeof english> = {
  atWork: (chain) => `otro proceso está trabajando sobre ${chain}`,
  waitForIt: 'espere a que termine, o detenga el servicio: systemctl stop cotejo-iec',
  ownDisowned: (phase, number, chain) =>
    `el documento de confianza desconoce el corte ${number} de ${phase}, que está en ${chain}; primero lo aparta \`cotejo iec heal\``,
  ownWrong: (what, chain) => `${what} en ${chain}; apártelo y ejecute esto otra vez`,
  ownTrust: (version, detail, chain) => `documento de confianza ${version} en ${chain}: ${detail}`,
  otherTrust: (file) => `${file} es otro documento que el de los custodios que tienen los demás lugares`,
  otherFile: (file) => `${file} no es lo que el IEC firmó; apártelo y ejecute esto otra vez`,
  notAFolder: (path) => `${path} está en el lugar de un corte`,
  changed: (number, phase) => `es otro corte ${number} de ${phase} que hace un momento`,
  gone: (place, file) => `${place} no da ${file}`,
  fromNone: (number, phase, why) => `el corte ${number} de ${phase} no se obtuvo de ningún lugar: ${why}`,
  afterwards: (phase, number, detail) => `${phase} ${number}, como está ahora en este disco: ${detail}`,
};

export const words = bilingual(english, spanish);
