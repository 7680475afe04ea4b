import { bilingual, type SameAs } from '../../format/said.ts';

const english = {
  description:
    'keep a copy of what a node shows in an object store (S3): the cortes at addresses of their own, the chain, the pointer',
  config: 'the configuration',
  once: 'one pass: exit 0 where the bucket is up to date, 1 where something is not as it should be, 3 where the store could not be had',
  credentials: 'the credentials, in place of those that the configuration names',
  jsonNeedsOnce: '--json goes with --once: a service tells its events to the journal',
  published: (phase: string, shows: string) => `${phase}: the bucket shows ${shows}`,
  same: (phase: string, shows: string) => `${phase}: the bucket was up to date, and shows ${shows}`,
  behind: (phase: string) => `${phase}: the bucket has something newer than this node, and it is good`,
  corte: (number: number) => `corte ${number}`,
  counts: (uploaded: number, copied: number, checked: number, repaired: number) =>
    `${uploaded} objects uploaded, ${copied} copied by the store, ${checked} read back, ${repaired} repaired`,
} as const;

const spanish: SameAs<typeof english> = {
  description:
    'mantiene una copia de lo que muestra un nodo en un almacén de objetos (S3): los cortes en direcciones propias, la cadena, el apuntador',
  config: 'la configuración',
  once: 'una pasada: termina con 0 si el depósito está al día, con 1 si algo no es como debe, con 3 si no se pudo llegar al almacén',
  credentials: 'las credenciales, en lugar de las que nombra la configuración',
  jsonNeedsOnce: '--json va con --once: un servicio dice lo que pasa en la bitácora del sistema',
  published: (phase, shows) => `${phase}: el depósito muestra ${shows}`,
  same: (phase, shows) => `${phase}: el depósito ya estaba al día, y muestra ${shows}`,
  behind: (phase) => `${phase}: el depósito tiene algo más nuevo que este nodo, y es bueno`,
  corte: (number) => `el corte ${number}`,
  counts: (uploaded, copied, checked, repaired) =>
    `${uploaded} objetos subidos, ${copied} copiados por el almacén, ${checked} leídos de vuelta, ${repaired} reparados`,
};

export const ESPEJO = bilingual(english, spanish);
