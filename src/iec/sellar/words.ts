import { bilingual, type SameAs } from '../../format/said.ts';

/** What is said while tokens are asked for. */

const english = {
  noCertificates: (file: string) => `${file}: the certificates of this authority are not there`,
  uncertified: (file: string, why: string) => `${file}: the certificates of this authority can't be read or published (${why})`,
  howCertificates: 'put there what the authority publishes of its certificates (PEM), roots included',
  clocks: (hour: string, ours: string, number: number, takenAt: string) =>
    `the token says ${hour}, this machine ${ours} and corte ${number} ${takenAt}: the clocks do not agree, and which one is wrong can't be told from here`,
  olderList: (place: string) => `it is an older list than the one that is kept (${place})`,
  noRoom: 'with it the certificates and lists of this authority would be more than can be published',
  statusAll: (phase: string, head: number) => `${phase}: sealed up to corte ${head}`,
  statusNone: (phase: string) => `${phase}: no corte yet`,
  statusPending: (phase: string, pending: number) => `${phase}: ${pending} tokens are due`,
} as const;

const spanish: SameAs<typeof english> = {
  noCertificates: (file) => `${file}: no están los certificados de esta autoridad`,
  uncertified: (file, why) => `${file}: los certificados de esta autoridad no se pueden leer o publicar (${why})`,
  howCertificates: 'ponga ahí los certificados que publica la autoridad (PEM), con su raíz',
  clocks: (hour, ours, number, takenAt) =>
    `el sello dice ${hour}, este equipo ${ours} y el corte ${number} ${takenAt}: los relojes no concuerdan, y desde aquí no se sabe cuál está mal`,
  olderList: (place) => `es una lista anterior a la que se guarda (${place})`,
  noRoom: 'con ella, los certificados y las listas de esta autoridad serían más de lo que se puede publicar',
  statusAll: (phase, head) => `${phase}: sellado hasta el corte ${head}`,
  statusNone: (phase) => `${phase}: todavía no hay cortes`,
  statusPending: (phase, pending) => `${phase}: faltan ${pending} sellos`,
};

export const words = bilingual(english, spanish);
