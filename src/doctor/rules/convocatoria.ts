import { AVAILABILITY, declare, INFRASTRUCTURE, type Rule } from './rule.ts';

/** What the convocatoria asks of a machine, with its clauses. */

export const CONVOCATORIA = {
  sistema: {
    clause: INFRASTRUCTURE,
    title: 'Sistema operativo',
    required: 'Linux',
    remedy: 'instale el nodo en un servidor con Linux (Debian 12 o posterior)',
  },
  disco: {
    clause: INFRASTRUCTURE,
    title: 'Disco de la máquina',
    required: '100 GB',
    remedy: 'agregue disco a la máquina',
  },
  memoria: {
    clause: INFRASTRUCTURE,
    title: 'Memoria',
    required: '8 GB (menos lo que el núcleo se reserva)',
    remedy: 'agregue memoria a la máquina',
  },
  nucleos: {
    clause: INFRASTRUCTURE,
    title: 'Núcleos de procesador',
    required: '2 núcleos',
    remedy: 'agregue procesadores a la máquina',
  },
  enlace: {
    clause: INFRASTRUCTURE,
    title: 'Enlace simétrico',
    required: '10 Mbit/s en cada sentido',
    remedy: `pida al IEC que lo mida (cotejo iec doctor); ${declare('enlace', 'contrato y proveedor')}`,
  },
  'discos-redundantes': {
    clause: INFRASTRUCTURE,
    title: 'Discos redundantes',
    required: 'un arreglo redundante y sano bajo el estado',
    remedy: declare('discos-redundantes', 'controladora y arreglo'),
  },
  'red-redundante': {
    clause: INFRASTRUCTURE,
    title: 'Red redundante',
    required: 'dos interfaces o enlaces en servicio',
    remedy: declare('red-redundante', 'segundo enlace y proveedor'),
  },
  'energia-redundante': {
    clause: INFRASTRUCTURE,
    title: 'Energía redundante',
    required: 'dos fuentes de alimentación',
    remedy: declare('energia-redundante', 'fuentes y circuitos'),
  },
  ups: {
    clause: INFRASTRUCTURE,
    title: 'Energía ininterrumpible',
    required: 'un UPS en línea y con batería buena',
    remedy: declare('ups', 'marca, capacidad y minutos'),
  },
  'alta-disponibilidad': {
    clause: AVAILABILITY,
    title: 'Alta disponibilidad',
    required: 'preferentemente, dos nodos',
    remedy: declare('alta-disponibilidad', 'segundo nodo y balanceador'),
  },
  cortafuegos: {
    clause: INFRASTRUCTURE,
    title: 'Cortafuegos',
    required: 'reglas de entrada que alcanzan al puerto de SSH',
    remedy: 'permita el puerto de SSH sólo desde las direcciones del IEC (nft list ruleset muestra lo que hay)',
  },
  'proteccion-dos': {
    clause: INFRASTRUCTURE,
    title: 'Protección contra denegación de servicio',
    required: 'un servicio o equipo que la dé',
    remedy: declare('proteccion-dos', 'proveedor o equipo'),
  },
  intrusos: {
    clause: INFRASTRUCTURE,
    title: 'Detección de intrusos',
    required: 'un detector en servicio',
    remedy: 'apt-get install -y fail2ban && systemctl enable --now fail2ban',
  },
} as const satisfies Record<string, Rule>;
