import { bilingual, type SameAs } from '../../format/said.ts';

/** Why something could not be read from where a chain lies. */

const english = {
  elsewhere: (from: string, to: string) => `${from} redirects to another site, ${to}`,
  redirects: (url: string, most: number) => `${url}: over ${most} redirects`,
  noAnswer: 'no answer in time',
  noAnswerWithin: (url: string, seconds: number) => `${url}: no whole answer within ${seconds} s`,
  stalls: 'the answer stalls',
  drips: 'the answer drips',
  compresses: (url: string, encoding: string) => `${url}: the server compresses (${encoding}) although it was asked not to`,
  notPacked: (encoding: string) => `what was sent as ${encoding} can not be unpacked`,
  cut: (bytes: number, announced: string) => `${bytes} bytes came, ${announced} were announced`,
  refused: 'connection refused',
  noHost: (host: string) => `there is no host ${host}`,
  noNameServer: (host: string) => `no name server answers for ${host}`,
  status: (url: string, status: number) => `${url}: the server answers ${status}`,
  tooLarge: (path: string, limit: number) => `${path} is over ${limit} bytes`,
  otherPart: (url: string) => `${url}: the server sends another part than it was asked for`,
  noFolder: (folder: string) => `${folder}: not a folder`,
  proxy: (proxy: string, why: string) => `the proxy ${proxy}: ${why}`,
  through: (why: string, proxy: string) => `${why} (through the proxy ${proxy})`,
  proxyWantsName: 'it wants a name and a password, or other ones (407)',
  proxyAnswers: (status: number) => `it answers ${status}`,
  proxyOrSite: (url: string, proxy: string, status: number) =>
    `${url}: ${status} comes from the proxy ${proxy} or from behind it: over http it can't be told`,
  noProxyAddress: (name: string) => `${name} is not the address of a proxy`,
  otherProxy: (name: string, kind: string) => `${name} names a proxy of the kind ${kind}, which is not spoken here`,
  whichProxy: 'a proxy is http://… or https://…; no_proxy names what is asked without one',
  closed: 'nothing is asked any more: whoever asked has ended',
  notRegular: (path: string) => `${path} is not a regular file`,
} as const;

const spanish: SameAs<typeof english> = {
  elsewhere: (from, to) => `${from} manda a otro sitio, ${to}`,
  redirects: (url, most) => `${url}: más de ${most} redirecciones`,
  noAnswer: 'no hubo respuesta a tiempo',
  noAnswerWithin: (url, seconds) => `${url}: no hubo respuesta completa en ${seconds} s`,
  stalls: 'la respuesta se detuvo',
  drips: 'la respuesta llega a gotas',
  compresses: (url, encoding) => `${url}: el servidor comprime (${encoding}), aunque se le pidió no hacerlo`,
  notPacked: (encoding) => `lo que llegó como ${encoding} no se puede descomprimir`,
  cut: (bytes, announced) => `llegaron ${bytes} bytes, y se anunciaron ${announced}`,
  refused: 'conexión rechazada',
  noHost: (host) => `no existe ningún equipo con el nombre ${host}`,
  noNameServer: (host) => `ningún servidor de nombres responde sobre ${host}`,
  status: (url, status) => `${url}: el servidor responde ${status}`,
  tooLarge: (path, limit) => `${path} pasa de ${limit} bytes`,
  otherPart: (url) => `${url}: el servidor manda otra parte que la que se le pidió`,
  noFolder: (folder) => `${folder}: no es una carpeta`,
  proxy: (proxy, why) => `el proxy ${proxy}: ${why}`,
  through: (why, proxy) => `${why} (a través del proxy ${proxy})`,
  proxyWantsName: 'pide un usuario y una contraseña, u otros (407)',
  proxyAnswers: (status) => `responde ${status}`,
  proxyOrSite: (url, proxy, status) =>
    `${url}: el ${status} viene del proxy ${proxy} o de detrás de él: por http no se puede saber`,
  noProxyAddress: (name) => `${name} no es la dirección de un proxy`,
  otherProxy: (name, kind) => `${name} nombra un proxy de tipo ${kind}, que aquí no se habla`,
  whichProxy: 'un proxy es http://… o https://…; no_proxy nombra lo que se pide sin él',
  closed: 'ya no se pregunta nada: quien preguntaba terminó',
  notRegular: (path) => `${path} no es un archivo normal`,
};

export const words = bilingual(english, spanish);
