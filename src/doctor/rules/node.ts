import { type Rule } from './rule.ts';

/** What cotejo needs of a node: its machine, the two entrances, the services. */

export const NODE = {
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
} as const satisfies Record<string, Rule>;
