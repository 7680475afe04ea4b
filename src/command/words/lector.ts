import { bilingual, type SameAs } from '../../format/said.ts';

const english = {
  description: 'a site that shows the publication, every byte verified in the reader’s browser',
  build: 'write the static folder that such a site serves',
  anchor: 'the trust document from which everything is checked, with its signatures beside it',
  mirrors: 'the sites that the files are first taken from: https addresses; further ones come from the signed padrón',
  out: 'the folder to write; it must be empty, or not be there',
  built: (out: string, files: number, bytes: number) =>
    `${out}: ${files} files, ${Math.ceil(bytes / 1000)} kB. Serve them at the root of a site of their own, by https; LEEME.txt says more`,
} as const;

const spanish: SameAs<typeof english> = {
  description: 'un sitio que muestra la publicación, con cada byte verificado en el navegador de quien lee',
  build: 'escribe la carpeta estática que ese sitio sirve',
  anchor: 'el documento de confianza del que parte toda la revisión, con sus firmas al lado',
  mirrors: 'los sitios de los que primero se toman los archivos: direcciones https; las demás salen del padrón firmado',
  out: 'la carpeta por escribir; debe estar vacía, o no existir',
  built: (out, files, bytes) =>
    `${out}: ${files} archivos, ${Math.ceil(bytes / 1000)} kB. Se sirven en la raíz de un sitio propio, por https; LEEME.txt dice más`,
};

export const LECTOR = bilingual(english, spanish);
