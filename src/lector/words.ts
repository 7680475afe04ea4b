import { bilingual, type SameAs } from '../format/said.ts';

/** What is said where a lector is built. */

const english = {
  notMirror: (address: string) =>
    `${address} is no address of a site that browsers may read: https, without a user, a query or a fragment`,
  notAnchor: 'the trust document or a signature is not text',
  notEmpty: (folder: string) => `${folder} is not empty: a lector is a folder of its own`,
  notFolder: (folder: string) => `${folder} is no folder`,
  tooMany: (most: number) => `more than ${most} mirrors: the others come from the padrón`,
  check: 'Check',
} as const;

const spanish: SameAs<typeof english> = {
  notMirror: (address) =>
    `${address} no es la dirección de un sitio que los navegadores puedan leer: https, sin usuario, consulta ni fragmento`,
  notAnchor: 'el documento de confianza o una firma no es texto',
  notEmpty: (folder) => `${folder} no está vacía: un lector es una carpeta aparte`,
  notFolder: (folder) => `${folder} no es una carpeta`,
  tooMany: (most) => `más de ${most} espejos: los demás salen del padrón`,
  check: 'Comprobar',
};

export const words = bilingual(english, spanish);
