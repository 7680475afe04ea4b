import type { Declarable } from '../config/declarations.ts';
import type { Rule } from './rules/rule.ts';
import type { RuleId } from './rules.ts';

/** The rules' sentences for whoever reads the report in English. JSON and the constancia have the Spanish ones. */

const declare = (id: Declarable, text: string) => `if there is, declare it: --declare ${id}="${text}"`;

const SSHD = 'install systemd/sshd_config.d/cotejo.conf in /etc/ssh/sshd_config.d/ and: systemctl reload ssh';

export const RULES_IN_ENGLISH: Readonly<Record<RuleId, Omit<Rule, 'clause'>>> = {
  sistema: {
    title: 'Operating system',
    required: 'Linux',
    remedy: 'install the node on a server with Linux (Debian 12 or later)',
  },
  disco: { title: 'Disk of the machine', required: '100 GB', remedy: 'add a disk to the machine' },
  memoria: { title: 'Memory', required: '8 GB (less what the kernel keeps for itself)', remedy: 'add memory to the machine' },
  nucleos: { title: 'Processor cores', required: '2 cores', remedy: 'add processors to the machine' },
  enlace: {
    title: 'Symmetric link',
    required: '10 Mbit/s each way',
    remedy: `ask the IEC to measure it (cotejo iec doctor); ${declare('enlace', 'contract and provider')}`,
  },
  'discos-redundantes': {
    title: 'Redundant disks',
    required: 'a redundant and healthy array under the state',
    remedy: declare('discos-redundantes', 'controller and array'),
  },
  'red-redundante': {
    title: 'Redundant network',
    required: 'two interfaces or links in service',
    remedy: declare('red-redundante', 'second link and provider'),
  },
  'energia-redundante': {
    title: 'Redundant power',
    required: 'two power supplies',
    remedy: declare('energia-redundante', 'supplies and circuits'),
  },
  ups: {
    title: 'Uninterruptible power',
    required: 'a UPS on line and with a good battery',
    remedy: declare('ups', 'make, capacity and minutes'),
  },
  'alta-disponibilidad': {
    title: 'High availability',
    required: 'preferably, two nodes',
    remedy: declare('alta-disponibilidad', 'second node and balancer'),
  },
  cortafuegos: {
    title: 'Firewall',
    required: 'rules for what comes in that reach the port of SSH',
    remedy: "let the port of SSH be reached from the IEC's addresses only (nft list ruleset shows what there is)",
  },
  'proteccion-dos': {
    title: 'Protection against denial of service',
    required: 'a service or a device that gives it',
    remedy: declare('proteccion-dos', 'provider or device'),
  },
  intrusos: {
    title: 'Detection of intruders',
    required: 'a detector in service',
    remedy: 'apt-get install -y fail2ban && systemctl enable --now fail2ban',
  },
  node: { title: 'Node', required: '20.19 or later', remedy: 'install Node 20.19 or later as /usr/bin/node' },
  reloj: { title: 'Clock', required: 'synchronised, with an offset under 1 s', remedy: 'timedatectl set-ntp true' },
  espacio: {
    title: 'Free space',
    required: '60 GB where the state lies',
    remedy: "free or add space in the state's file system",
  },
  inodos: {
    title: 'Free inodes',
    required: '200,000 where the state lies',
    remedy: 'free inodes (df -i) or make the file system with more (mkfs -N)',
  },
  'un-solo-sistema': {
    title: 'State, inbox and outbox together',
    required: 'on one file system',
    remedy: 'put state, inbox and outbox on one file system',
  },
  permisos: {
    title: 'Owners and modes',
    required: 'as the installation leaves them',
    remedy: 'systemd-tmpfiles --create /etc/tmpfiles.d/cotejo.conf',
  },
  confianza: {
    title: 'Trust document',
    required: 'signed, and valid until the close of each phase',
    remedy: 'ask the IEC for the new trust document',
  },
  'ssh-encierro': { title: "The IEC's account: jail", required: 'locked into its folder, and SFTP only', remedy: SSHD },
  'ssh-acceso': { title: "The IEC's account: access", required: "by key alone, from a file of root's", remedy: SSHD },
  'ssh-reenvios': { title: "The IEC's account: forwarding", required: 'none, no terminal and no tunnel', remedy: SSHD },
  'ssh-llave': {
    title: "The IEC's key",
    required: "the IEC's is authorised, and no other",
    remedy: "{ printf 'restrict '; cat /root/iec.pub; } > /etc/cotejo/iec_authorized_keys",
  },
  'ssh-contesta': {
    title: "The IEC's entrance",
    required: 'the port answers as SSH',
    remedy: 'systemctl enable --now ssh',
  },
  'nginx-sintaxis': { title: 'nginx: valid configuration', required: 'nginx -t accepts it', remedy: 'nginx -t' },
  'nginx-configuracion': {
    title: "nginx: cotejo's configuration",
    required: 'the snippet unchanged and the phase served',
    remedy: 'install systemd/nginx/cotejo-public.conf in /etc/nginx/snippets/ and: systemctl reload nginx',
  },
  sitio: {
    title: 'Site: what it answers',
    required: 'the corte with max-age=15, or the notice with 503 and no-store',
    remedy: 'nginx -t && systemctl reload nginx; systemctl status cotejo-difusor-guard',
  },
  'sitio-cotejo': {
    title: 'Site: the reserved name /cotejo/',
    required: 'health, status.json and the page of the check',
    remedy: 'compare your site with systemd/nginx/cotejo.conf; then: nginx -t && systemctl reload nginx',
  },
  certificado: {
    title: 'HTTPS certificate',
    required: "valid until the close of the phase, with the site's name",
    remedy: 'renew the certificate (certbot renew) and: systemctl reload nginx',
  },
  demonio: {
    title: 'Service cotejo-difusor',
    required: 'running, and from the start of the machine',
    remedy: 'systemctl enable --now cotejo-difusor',
  },
  guardia: {
    title: 'Service cotejo-difusor-guard',
    required: 'running, and from the start of the machine',
    remedy: 'systemctl enable --now cotejo-difusor-guard',
  },
  traer: {
    title: 'Service cotejo-traer',
    required: 'running, or switched off on purpose',
    remedy: 'systemctl enable --now cotejo-traer',
  },
  'traer-espejos': {
    title: 'Other Difusores (traer)',
    required: 'at least one answers and is of use',
    remedy:
      'let HTTPS and DNS go out, or give the proxy (docs/difusor.md, step 25); cotejo difusor status says what is wrong with each',
  },
  unidades: {
    title: "systemd's units",
    required: 'as they come with the program',
    remedy: 'install the unit again and: systemctl daemon-reload',
  },
  simulacro: {
    title: 'Drills',
    required: 'none has left anything that is not undone',
    remedy: 'if no drill is under way: cotejo simulacro undo',
  },
  'llave-firma': {
    title: 'Signing key',
    required: 'can be used, and nobody else reads it',
    remedy: 'chmod 600 and chown root for the file that key names',
  },
  'llave-ssh': {
    title: "The IEC's SSH key",
    required: 'can be used, and nobody else reads it',
    remedy: 'chmod 600 and chown root for the file that ssh_key names',
  },
  cadena: {
    title: 'Chain',
    required: 'can be read, and its trust document is valid',
    remedy: 'cotejo audit chain CHAIN --anchor 1.json says what it lacks',
  },
  fuente: {
    title: 'Folder of the publication',
    required: "can be read as a whole by the service's account",
    remedy: "let the service's account read it",
  },
  difusores: { title: 'List of Difusores', required: 'at least one node', remedy: 'cotejo iec add-difusor' },
  servicio: {
    title: 'Service cotejo-iec',
    required: 'running, and from the start of the machine',
    remedy: 'systemctl enable --now cotejo-iec',
  },
  sellos: {
    title: 'Time-stamp tokens',
    required: 'are asked for, and every authority answers',
    remedy: 'journalctl -u cotejo-iec-sellar; call the authority',
  },
  nodo: { title: 'Node', required: 'is reached, and its service works', remedy: 'cotejo iec check; call its contact' },
  'enlace-subida': {
    title: 'Link to the node',
    required: '10 Mbit/s (9 of content)',
    remedy: 'call its contact: the provider has to give 10 Mbit/s each way',
  },
  'enlace-bajada': {
    title: 'Link from the node',
    required: '10 Mbit/s (9 of content)',
    remedy: 'call its contact: the provider has to give 10 Mbit/s each way',
  },
};
