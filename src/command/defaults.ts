/** Where the packages and the guides put the configuration; a command without `--config` reads it there. */
export const NODE_CONFIG = '/etc/cotejo/difusor.toml';
export const IEC_CONFIG = '/etc/cotejo/IEC.toml';
export const ESPEJO_CONFIG = '/etc/cotejo/espejo.toml';
