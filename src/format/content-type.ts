/**
 * The kinds of files that publications have, by the end of their name: the same list as in
 * systemd/nginx/cotejo-public.conf (a test holds the two together), so that a file has one kind on every Difusor's
 * site. No charset is sent: a page states its own, which a charset here would override.
 * @internal
 */
export const TYPES: Readonly<Record<string, string>> = Object.freeze({
  htm: 'text/html',
  html: 'text/html',
  css: 'text/css',
  js: 'text/javascript',
  mjs: 'text/javascript',
  wasm: 'application/wasm',

  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  txt: 'text/plain',
  md: 'text/markdown',
  vtt: 'text/vtt',
  ics: 'text/calendar',
  json: 'application/json',
  map: 'application/json',
  geojson: 'application/geo+json',
  topojson: 'application/json',
  jsonld: 'application/ld+json',
  ndjson: 'application/x-ndjson',
  webmanifest: 'application/manifest+json',
  xml: 'application/xml',
  xsl: 'application/xslt+xml',
  xhtml: 'application/xhtml+xml',
  atom: 'application/atom+xml',
  rss: 'application/rss+xml',
  kml: 'application/vnd.google-earth.kml+xml',
  kmz: 'application/vnd.google-earth.kmz',
  pbf: 'application/x-protobuf',
  mvt: 'application/vnd.mapbox-vector-tile',
  parquet: 'application/vnd.apache.parquet',

  avif: 'image/avif',
  bmp: 'image/bmp',
  gif: 'image/gif',
  ico: 'image/x-icon',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  png: 'image/png',
  svg: 'image/svg+xml',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  webp: 'image/webp',

  otf: 'font/otf',
  ttf: 'font/ttf',
  woff: 'font/woff',
  woff2: 'font/woff2',
  eot: 'application/vnd.ms-fontobject',

  m4a: 'audio/mp4',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  mp4: 'video/mp4',
  ogv: 'video/ogg',
  webm: 'video/webm',

  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odt: 'application/vnd.oasis.opendocument.text',
  pdf: 'application/pdf',
  ppt: 'application/vnd.ms-powerpoint',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  rtf: 'application/rtf',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',

  '7z': 'application/x-7z-compressed',
  gz: 'application/gzip',
  tar: 'application/x-tar',
  zip: 'application/zip',
});

/** @param name of a file, without the folders above it */
export function typeOf(name: string, otherwise = 'application/octet-stream'): string {
  const ending = name.lastIndexOf('.') > 0 ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
  return Object.hasOwn(TYPES, ending) ? TYPES[ending]! : otherwise;
}
