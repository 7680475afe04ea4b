import { bilingual, type SameAs } from '../format/said.ts';

/** Why a signed page is not believed. */

const english = {
  page: 'the page',
  notItsForm: 'the page would not be of its own form',
  noStatement: 'the page has no statement of this form',
  namesOtherKey: 'the page names another key than the one that signed it',
  showsOther: 'the page does not show what its statement says',
  otherVersion: (version: string) => `it was made by cotejo ${version}, which has to check it; the signature is right`,
} as const;

const spanish: SameAs<typeof english> = {
  page: 'la página',
  notItsForm: 'la página no quedaría en su propia forma',
  noStatement: 'la página no trae una declaración de esta forma',
  namesOtherKey: 'la página nombra otra llave que la que la firmó',
  showsOther: 'la página no muestra lo que dice su declaración',
  otherVersion: (version) => `la hizo cotejo ${version}, que es quien debe comprobarla; la firma es correcta`,
};

export const words = bilingual(english, spanish);
