import type { Declarable } from '../config/declarations.ts';

/**
 * What is required, rule by rule: the one place for the clauses of the convocatoria and for the sentences that say what
 * it asks. The clauses are those by which the bases are cited in this project (II.a: high availability; II.b: the
 * characteristics of the infrastructure); a rule without a clause is what cotejo needs to do its work.
 */

export interface Rule {
  readonly clause: string | null;
  readonly title: string;
  readonly required: string;
  /** the command that mends it, or what to do */
  readonly remedy: string;
}

const INFRASTRUCTURE = 'II.b';
const AVAILABILITY = 'II.a';

const declare = (id: Declarable, text: string) => `si lo hay, declárelo: --declare ${id}="${text}"`;

export const RULES = {
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
  node: {
    clause: null,
    title: 'Node',
    required: '20.19 o posterior',
    remedy: 'instale Node 20.19 o posterior como /usr/bin/node',
  },
  reloj: {
    clause: null,
    title: 'Reloj',
    required: 'sincronizado, con menos de 1 s de desviación',
    remedy: 'timedatectl set-ntp true',
  },
  espacio: {
    clause: null,
    title: 'Espacio libre',
    required: '60 GB donde está el estado',
    remedy: 'libere o agregue espacio en el sistema de archivos del estado',
  },
  inodos: {
    clause: null,
    title: 'Inodos libres',
    required: '200,000 donde está el estado',
    remedy: 'libere inodos (df -i) o haga el sistema de archivos con más (mkfs -N)',
  },
  'un-solo-sistema': {
    clause: null,
    title: 'Estado, llegada y salida juntos',
    required: 'en un mismo sistema de archivos',
    remedy: 'ponga state, inbox y outbox en un mismo sistema de archivos',
  },
  permisos: {
    clause: null,
    title: 'Dueños y permisos',
    required: 'como los deja la instalación',
    remedy: 'systemd-tmpfiles --create /etc/tmpfiles.d/cotejo.conf',
  },
  confianza: {
    clause: null,
    title: 'Documento de confianza',
    required: 'firmado y vigente hasta el cierre de cada fase',
    remedy: 'pida al IEC el documento de confianza nuevo',
  },
  'ssh-encierro': {
    clause: null,
    title: 'Cuenta del IEC: encierro',
    required: 'encerrada en su carpeta y sólo SFTP',
    remedy: 'instale systemd/sshd_config.d/cotejo.conf en /etc/ssh/sshd_config.d/ y: systemctl reload ssh',
  },
  'ssh-acceso': {
    clause: null,
    title: 'Cuenta del IEC: acceso',
    required: 'sólo con llave, de un archivo de root',
    remedy: 'instale systemd/sshd_config.d/cotejo.conf en /etc/ssh/sshd_config.d/ y: systemctl reload ssh',
  },
  'ssh-reenvios': {
    clause: null,
    title: 'Cuenta del IEC: reenvíos',
    required: 'ninguno, ni terminal ni túnel',
    remedy: 'instale systemd/sshd_config.d/cotejo.conf en /etc/ssh/sshd_config.d/ y: systemctl reload ssh',
  },
  'ssh-llave': {
    clause: null,
    title: 'Llave del IEC',
    required: 'autorizada la del IEC y ninguna otra',
    remedy: "{ printf 'restrict '; cat /root/iec.pub; } > /etc/cotejo/iec_authorized_keys",
  },
  'ssh-contesta': {
    clause: null,
    title: 'Entrada del IEC',
    required: 'el puerto contesta como SSH',
    remedy: 'systemctl enable --now ssh',
  },
  'nginx-sintaxis': {
    clause: null,
    title: 'nginx: configuración válida',
    required: 'nginx -t la acepta',
    remedy: 'nginx -t',
  },
  'nginx-configuracion': {
    clause: null,
    title: 'nginx: configuración de cotejo',
    required: 'el fragmento sin cambios y la fase servida',
    remedy: 'instale systemd/nginx/cotejo-public.conf en /etc/nginx/snippets/ y: systemctl reload nginx',
  },
  sitio: {
    clause: null,
    title: 'Sitio: lo que contesta',
    required: 'el corte con max-age=15, o el aviso con 503 y no-store',
    remedy: 'nginx -t && systemctl reload nginx; systemctl status cotejo-difusor-guard',
  },
  'sitio-cotejo': {
    clause: null,
    title: 'Sitio: nombre reservado /cotejo/',
    required: 'health, status.json y la página de comprobación',
    remedy: 'compare su sitio con systemd/nginx/cotejo.conf; después: nginx -t && systemctl reload nginx',
  },
  certificado: {
    clause: null,
    title: 'Certificado HTTPS',
    required: 'vigente hasta el cierre de la fase, con el nombre del sitio',
    remedy: 'renueve el certificado (certbot renew) y: systemctl reload nginx',
  },
  demonio: {
    clause: null,
    title: 'Servicio cotejo-difusor',
    required: 'en marcha, y con el equipo desde que arranca',
    remedy: 'systemctl enable --now cotejo-difusor',
  },
  guardia: {
    clause: null,
    title: 'Servicio cotejo-difusor-guard',
    required: 'en marcha, y con el equipo desde que arranca',
    remedy: 'systemctl enable --now cotejo-difusor-guard',
  },
  traer: {
    clause: null,
    title: 'Servicio cotejo-traer',
    required: 'en marcha, o apagado a propósito',
    remedy: 'systemctl enable --now cotejo-traer',
  },
  'traer-espejos': {
    clause: null,
    title: 'Otros Difusores (traer)',
    required: 'al menos uno contesta y sirve',
    remedy:
      'permita la salida por HTTPS y DNS, o dé el proxy (docs/difusor.md, paso 25); cotejo difusor status dice qué pasa con cada uno',
  },
  unidades: {
    clause: null,
    title: 'Unidades de systemd',
    required: 'como las trae el programa',
    remedy: 'vuelva a instalar la unidad y: systemctl daemon-reload',
  },
  simulacro: {
    clause: null,
    title: 'Simulacros',
    required: 'ninguno dejó algo sin deshacer',
    remedy: 'si no hay un simulacro en marcha: cotejo simulacro undo',
  },
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

export type RuleId = keyof typeof RULES;
