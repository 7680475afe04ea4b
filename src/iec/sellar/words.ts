import { bilingual, type SameAs } from '../../format/said.ts';

/** What is said while tokens are asked for. */

const english = {
  noCertificates: (file: string) => `${file}: the certificates of this authority are not there`,
  howCertificates: 'put there what the authority publishes of its certificates (PEM), roots included',
  statusAll: (phase: string, head: number) => `${phase}: sealed up to corte ${head}`,
  statusNone: (phase: string) => `${phase}: no corte yet`,
  statusPending: (phase: string, pending: number) => `${phase}: ${pending} tokens are due`,
} as const;

const spanish: SameAs<typeof english> = {
  noCertificates: (file) => `${file}: no están los certificados de esta autoridad`,
  howCertificates: 'ponga ahí los certificados que publica la autoridad (PEM), con su raíz',
  statusAll: (phase, head) => `${phase}: sellado hasta el corte ${head}`,
  statusNone: (phase) => `${phase}: todavía no hay cortes`,
  statusPending: (phase, pending) => `${phase}: faltan ${pending} sellos`,
};

export const words = bilingual(english, spanish);
