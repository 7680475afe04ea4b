import { INFRASTRUCTURE, type Rule } from './rule.ts';

/** What cotejo needs of the Institute’s own machine, and of its links to the nodes. */

export const INSTITUTE = {
  'llave-firma': {
    clause: null,
    title: 'Llave de firma',
    required: 'se puede usar, y nadie más la lee',
    remedy: 'chmod 600 y chown root en el archivo que key nombra',
  },
  'llave-ssh': {
    clause: null,
    title: 'Llave SSH del IEC',
    required: 'se puede usar, y nadie más la lee',
    remedy: 'chmod 600 y chown root en el archivo que ssh_key nombra',
  },
  cadena: {
    clause: null,
    title: 'Cadena',
    required: 'se lee, y el documento de confianza está vigente',
    remedy: 'cotejo audit chain CADENA --anchor 1.json dice qué le falta',
  },
  fuente: {
    clause: null,
    title: 'Carpeta de la publicación',
    required: 'se lee entera con la cuenta del servicio',
    remedy: 'dé permiso de lectura a la cuenta del servicio',
  },
  difusores: {
    clause: null,
    title: 'Lista de Difusores',
    required: 'al menos un nodo',
    remedy: 'cotejo iec add-difusor',
  },
  servicio: {
    clause: null,
    title: 'Servicio cotejo-iec',
    required: 'en marcha, y con el equipo desde que arranca',
    remedy: 'systemctl enable --now cotejo-iec',
  },
  sellos: {
    clause: null,
    title: 'Sellos de tiempo',
    required: 'se piden, y cada autoridad responde',
    remedy: 'journalctl -u cotejo-iec-sellar; llame a la autoridad',
  },
  nodo: {
    clause: null,
    title: 'Nodo',
    required: 'se llega a él y su servicio trabaja',
    remedy: 'cotejo iec check; llame a su contacto',
  },
  'enlace-subida': {
    clause: INFRASTRUCTURE,
    title: 'Enlace hacia el nodo',
    required: '10 Mbit/s (9 de contenido)',
    remedy: 'llame a su contacto: su proveedor debe dar 10 Mbit/s en cada sentido',
  },
  'enlace-bajada': {
    clause: INFRASTRUCTURE,
    title: 'Enlace desde el nodo',
    required: '10 Mbit/s (9 de contenido)',
    remedy: 'llame a su contacto: su proveedor debe dar 10 Mbit/s en cada sentido',
  },
} as const satisfies Record<string, Rule>;
