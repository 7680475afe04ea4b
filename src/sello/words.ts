import { bilingual, type SameAs } from '../format/said.ts';

/** What is said of time-stamp tokens and of what is not one. */

const english = {
  noOpenssl: 'the program openssl is not on this machine: install the package openssl',
  notInTime: (seconds: number) => `openssl did not end within ${seconds} s`,
  endedBy: (signal: string) => `openssl was ended by ${signal} before it said anything: perhaps the memory was short`,
  opensslSays: (complaint: string) => `openssl says: ${complaint}`,
  notAToken: 'it is no answer with a time-stamp token',
  rejected: 'the authority answers that it does not stamp it',
  otherHash: 'the token is of other bytes than this corte.json',
  otherNonce: 'the token answers another query than ours',
  certificateEnded: "the authority's certificate had ended, or not begun",
  certificateRevoked: "the authority's certificate is revoked",
  certificateUnknown: (why: string) => `the certificates kept for this authority do not vouch for it (${why})`,
  badSignature: 'the signature of the token is not good',
  listUnusable: "a revocation list among this authority's certificates can't be evaluated, so that nothing is known of the token",
  noList: 'it is no revocation list that the certificates of this authority vouch for',
  noHour: 'the token has no hour that can be read',
} as const;

const spanish: SameAs<typeof english> = {
  noOpenssl: 'en este equipo no está el programa openssl: instale el paquete openssl',
  notInTime: (seconds) => `openssl no terminó en ${seconds} s`,
  endedBy: (signal) => `a openssl lo terminó ${signal} antes de que dijera nada: quizá faltó memoria`,
  opensslSays: (complaint) => `openssl dice: ${complaint}`,
  notAToken: 'no es una respuesta con un sello de tiempo',
  rejected: 'la autoridad responde que no lo sella',
  otherHash: 'el sello es de otros bytes que los de este corte.json',
  otherNonce: 'el sello responde a otra consulta que la nuestra',
  certificateEnded: 'el certificado de la autoridad ya había vencido, o todavía no empezaba',
  certificateRevoked: 'el certificado de la autoridad está revocado',
  certificateUnknown: (why) => `los certificados que se tienen de esta autoridad no responden por él (${why})`,
  badSignature: 'la firma del sello no es buena',
  listUnusable:
    'entre los certificados de esta autoridad hay una lista de revocación que no se puede evaluar, así que no se sabe si el sello vale',
  noList: 'no es una lista de revocación por la que respondan los certificados de esta autoridad',
  noHour: 'el sello no trae una hora que se pueda leer',
};

export const words = bilingual(english, spanish);
