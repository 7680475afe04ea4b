import { bilingual, type SameAs } from '../../format/said.ts';

/** Why no corte can be made of a source, or on a chain. */

const english = {
  changed: (path: string) => `the source changed while it was read: ${path}`,
  noFolder: (path: string) => `${path} is not a folder`,
  chainInside: (chain: string, source: string) => `the chain ${chain} lies inside the source ${source}`,
  oneInOther: (folder: string, source: string) => `${folder} and the source ${source} lie one inside the other`,
  leaving: (path: string, to: string, others: number) =>
    `${path} refers to ${to}, which is not below the corte's own address${others > 0 ? ` (others like it: ${others})` : ''}`,
  officialApart: 'what is official has a folder of its own',
  chainInOfficial: (chain: string, folder: string) => `the chain ${chain} lies inside ${folder}`,
  officialInSource: (path: string) =>
    `${path}: what is official does not lie in the source, it is put into the corte from a folder of its own`,
  ownPadron: (folder: string, file: string) => `${folder} has a ${file}`,
  padronIsMade: 'it is made of the configuration: take it out of there',
  officialFiles: (most: number, folder: string) => `over ${most} files in ${folder}/`,
  officialBytes: (most: number, folder: string) => `over ${most} bytes in ${folder}/`,
  ofElection: (path: string, election: string) => `${path} is of ${election}`,
  logoMissing: (padron: string, logo: string) => `${padron} names ${logo}, which is not there`,
  logoIs: (kind: string) => `it is ${kind}`,
  inFile: (path: string, why: string) => `${path}: ${why}`,
  noSigner: (version: number) => `no signer of trust ${version} has this key`,
  tooDeep: (segments: number) => `a folder of ${segments} segments`,
  tooMany: (files: number) => `over ${files} files`,
  contentTooLarge: 'the content is over 16 GiB',
  packageTooLarge: 'the package is over 8 GiB',
  noFile: 'the source holds no file, and a corte lists at least one',
  notUtf8: (name: string, folder: string) => `${name} in "${folder}": not UTF-8`,
  reserved: (path: string, name: string) => `${path}: the name ${name} is the sites' own, and none would show it`,
  link: (path: string) => `${path} in the source is a symbolic link`,
  fifo: (path: string) => `${path} in the source is a FIFO`,
  socket: (path: string) => `${path} in the source is a socket`,
  device: (path: string) => `${path} in the source is a device`,
  regularOnly: 'a publication is made of regular files only',
  spoolShorter: (file: string) => `${file}: shorter than what was written to it`,
  noTrust: (folder: string) => `${folder} holds no trust document`,
  trustRefused: (version: number, detail: string) => `trust ${version}: ${detail}`,
  trustMissing: (version: number, beyond: number) => `trust ${version} is missing, and ${beyond} is there`,
  noPhase: (phase: string, names: string) => `trust has no phase ${phase}; it has ${names}`,
  noPhases: (phase: string) => `trust has no phase ${phase}; it has none`,
  corteMissing: (missing: number, phase: string, there: number) => `corte ${missing} of ${phase} is missing, and ${there} is there`,
  chainHeld: (chain: string) => `another process changes the chain ${chain}`,
  disowned: (version: number, corte: number, phase: string) =>
    `trust ${version} cuts the chain at corte ${corte} of ${phase}; \`cotejo iec heal\` sets it and what follows aside`,
  corteLost: (node: string, number: number, chain: string) =>
    `${node} has signed for corte ${number}, which is not in ${chain} any more`,
  ofFuture: (phase: string, hour: string) =>
    `the newest corte of ${phase} is of ${hour}, which by this machine's clock is still to come: until then no corte can follow it`,
} as const;

const spanish: SameAs<typeof english> = {
  changed: (path) => `la publicación cambió mientras se leía: ${path}`,
  noFolder: (path) => `${path} no es una carpeta`,
  chainInside: (chain, source) => `la cadena ${chain} está dentro de la publicación ${source}`,
  oneInOther: (folder, source) => `${folder} y la publicación ${source} están una dentro de la otra`,
  leaving: (path, to, others) =>
    `${path} remite a ${to}, que no está bajo la dirección propia del corte${others > 0 ? ` (otras como ésa: ${others})` : ''}`,
  officialApart: 'los documentos del Instituto tienen una carpeta aparte',
  chainInOfficial: (chain, folder) => `la cadena ${chain} está dentro de ${folder}`,
  officialInSource: (path) =>
    `${path}: los documentos del Instituto no van en la publicación, se ponen en el corte desde una carpeta aparte`,
  ownPadron: (folder, file) => `${folder} tiene un ${file}`,
  padronIsMade: 'ese se hace con la configuración: quítelo de ahí',
  officialFiles: (most, folder) => `más de ${most} archivos en ${folder}/`,
  officialBytes: (most, folder) => `más de ${most} bytes en ${folder}/`,
  ofElection: (path, election) => `${path} es de ${election}`,
  logoMissing: (padron, logo) => `${padron} nombra ${logo}, que no está`,
  logoIs: (kind) => `es ${kind}`,
  inFile: (path, why) => `${path}: ${why}`,
  noSigner: (version) => `ningún firmante del documento de confianza ${version} tiene esta llave`,
  tooDeep: (segments) => `una carpeta de ${segments} niveles`,
  tooMany: (files) => `más de ${files} archivos`,
  contentTooLarge: 'el contenido pasa de 16 GiB',
  packageTooLarge: 'el paquete pasa de 8 GiB',
  noFile: 'la publicación no tiene ningún archivo, y un corte lista por lo menos uno',
  notUtf8: (name, folder) => `${name} en "${folder}": no es UTF-8`,
  reserved: (path, name) => `${path}: el nombre ${name} es propio de los sitios, y ninguno lo mostraría`,
  link: (path) => `${path} en la publicación es un enlace simbólico`,
  fifo: (path) => `${path} en la publicación es un FIFO`,
  socket: (path) => `${path} en la publicación es un socket`,
  device: (path) => `${path} en la publicación es un dispositivo`,
  regularOnly: 'una publicación se compone solo de archivos normales',
  spoolShorter: (file) => `${file}: más corto que lo que se le escribió`,
  noTrust: (folder) => `${folder} no tiene ningún documento de confianza`,
  trustRefused: (version, detail) => `documento de confianza ${version}: ${detail}`,
  trustMissing: (version, beyond) => `falta el documento de confianza ${version}, y está el ${beyond}`,
  noPhase: (phase, names) => `el documento de confianza no tiene la fase ${phase}; tiene ${names}`,
  noPhases: (phase) => `el documento de confianza no tiene la fase ${phase}; no tiene ninguna`,
  corteMissing: (missing, phase, there) => `falta el corte ${missing} de ${phase}, y está el ${there}`,
  chainHeld: (chain) => `otro proceso cambia la cadena ${chain}`,
  disowned: (version, corte, phase) =>
    `el documento de confianza ${version} termina la cadena antes del corte ${corte} de ${phase}; \`cotejo iec heal\` lo aparta, con los que le siguen`,
  ofFuture: (phase, hour) =>
    `el último corte de ${phase} dice ser de las ${hour}, hora que en el reloj de este equipo todavía no llega: hasta entonces ningún corte puede seguirle`,
  corteLost: (node, number, chain) => `${node} firmó el acuse del corte ${number}, que ya no está en ${chain}`,
};

export const words = bilingual(english, spanish);
