import { stringify } from 'smol-toml';

/** The text of a new node's `difusor.toml`, which people read and change: every option is in it, in its table. */

export interface Settings {
  readonly difusor: string;
  readonly node: string;
  readonly anchor: string;
  readonly state: string;
  readonly inbox: string;
  readonly outbox: string;
  readonly acuse_key: string;
  readonly portals?: readonly string[];
  readonly sftp: { readonly iec_keys: readonly string[]; readonly host_key: string };
}

/** The options that a node does without, each with what holds where it is left out or, if nothing does, an example. */
const OPTIONS = `# Lo que sigue puede omitirse. Para cambiarlo, quite el «#»; lo escrito es lo que vale si se omite.

# Al cumplirse los periodos sin corte: "aviso" muestra la página de aviso; "warn" sólo le avisa a usted.
#stale = "aviso"

# Minutos que un corte sigue en su propia dirección después de que llegó otro, para quien lo está leyendo.
#keep_trees_minutes = 60

# Copias comprimidas (gzip) de páginas, datos y bases, para que pesen menos en el enlace; false: se sirven tal como son.
#compress = true

# Segundos entre dos revisiones de la carpeta de llegada.
#poll_seconds = 2

# Dos que no tienen valor si se omiten. Una página de aviso propia (una carpeta con un index.html):
#aviso = "/etc/cotejo/aviso"
# A quiénes lleva el aviso, en lugar de los demás difusores del padrón del último corte:
#difusores = [{ title = "Otro difusor", url = "https://prep.example/" }]
`;

/** Of what `difusor doctor` can't see; a table is written with its first line. */
const DECLARED = `# Lo que «cotejo difusor doctor» no puede ver y usted declara (quite también el «#» del renglón de la tabla):
#[declaraciones]
#energia-redundante = "dos acometidas"
#ups = "20 minutos"
`;

/** A table of its own, as the one above. */
const HTTP = `# Para quien no usa nginx: el servidor web integrado (cotejo-difusor-http.service). Dónde registra cada consulta, para la
# memoria (si se omite, en ninguna parte); bytes que ese archivo puede tener (4 GiB); quién, delante de él, da HTTPS.
#[http]
#log = "/var/log/cotejo-web/acceso.log"
#log_bytes = 4294967296
#proxies = ["127.0.0.1"]
`;

/** A table of its own, as those above. */
const TRAER = `# «cotejo traer» (cotejo-traer.service): pide a otros Difusores lo que el IEC no ha traído. Sitios que se consultan además de
# los del padrón (el otro nodo de usted, por ejemplo); si se consulta a los del padrón; segundos que se espera al IEC.
#[traer]
#enabled = true
#mirrors = ["http://192.0.2.12:8080/"]
#padron = true
#wait_seconds = 20
#ask_seconds = 15
# Dónde trabaja: si se omite, la carpeta traer junto a la del estado.
#folder = "/var/lib/cotejo/traer"
`;

/** For who uses the built-in web server; nginx's site has the same list. */
const SITE = `# Los portales (su origen, sin ruta) que pueden mostrar este sitio en un marco (docs/difusor.md, paso 23). Es para el
# servidor web integrado: con nginx, la misma lista va en sites-available/cotejo.
`;
const NO_PORTALS = `#[site]
#frame_ancestors = ["https://www.example.mx"]
`;

const SFTP = `# Para quien no usa sshd: el SFTP integrado (cotejo-difusor-sftp.service).
# Esta tabla va al final: lo que se escriba debajo de su renglón es de ella. Las demás opciones van arriba.
[sftp]
`;

const SFTP_OPTIONS = `# Bytes que la cuenta del IEC puede ocupar en total (16 GiB).
#inbox_bytes = 17179869184
`;

/** @returns TOML that `readDifusorConfig` takes, and takes as well with any of its comments made an option */
export function configText({ sftp, portals = [], ...node }: Settings): string {
  return `# Un nodo de cotejo. Lo explica docs/difusor.md; «cotejo difusor doctor» lo revisa.

# Quién es: el nombre del Difusor en la lista del IEC, y el de esta máquina.
${stringify({ difusor: node.difusor, node: node.node })}
# El documento de confianza que se cotejó con el impreso; el servicio no puede cambiarlo.
${stringify({ anchor: node.anchor })}
# Las carpetas (en un mismo sistema de archivos) y la llave con la que este nodo firma sus acuses.
${stringify({ state: node.state, inbox: node.inbox, outbox: node.outbox, acuse_key: node.acuse_key })}
${OPTIONS}
${DECLARED}
${HTTP}
${TRAER}
${SITE}${portals.length > 0 ? `[site]\n${stringify({ frame_ancestors: portals })}` : NO_PORTALS}
${SFTP}${stringify({ iec_keys: sftp.iec_keys, host_key: sftp.host_key })}${SFTP_OPTIONS}`;
}
