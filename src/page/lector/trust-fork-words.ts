/** What is said of two trust documents of one version, in both languages. */

interface TrustForkWords {
  /** in the bar */
  readonly bar: (version: number) => string;
  readonly title: (version: number) => string;
  readonly why: string;
  readonly whatToDo: string;
  readonly one: string;
  readonly other: string;
  readonly note: (version: number) => string;
}

export const trustForkInSpanish: TrustForkWords = {
  bar: (version) => `Dos documentos de confianza ${version} distintos`,
  title: (version) => `Hay dos documentos de confianza ${version} distintos, y los custodios firmaron los dos`,
  why: 'Eso no debe ocurrir nunca. El documento de confianza dice quién puede firmar cortes, y lo firman los custodios con sus propias llaves. Con dos distintos de la misma versión puede haber dos publicaciones que parecen buenas. Este navegador guardó los dos: son la prueba. Sigue al que vio primero.',
  whatToDo:
    'Qué hacer: guarde la prueba, o tome una foto de esta pantalla, y enséñela al Instituto, a los custodios, a un partido, a un observador o a un medio. Compare los dos códigos con el que el Instituto publicó en papel.',
  one: 'El que este navegador vio primero',
  other: 'El que vio después',
  note: (version) =>
    `Los custodios firmaron dos documentos de confianza ${version} distintos. Es una alarma; los dos códigos están en «Detalles».`,
};

export const trustForkInEnglish: TrustForkWords = {
  bar: (version) => `Two different trust documents ${version}`,
  title: (version) => `There are two different trust documents ${version}, and the custodians signed both`,
  why: 'That must never happen. The trust document says who may sign cortes, and the custodians sign it with keys of their own. With two different ones of one version there can be two publications that look right. This browser kept both: they are the proof. It follows the one that it saw first.',
  whatToDo:
    'What to do: save the proof, or take a photograph of this screen, and show it to the Institute, the custodians, a party, an observer or the press. Compare the two codes with the one that the Institute published on paper.',
  one: 'The one that this browser saw first',
  other: 'The one that it saw later',
  note: (version) =>
    `The custodians signed two different trust documents ${version}. This is an alarm; both codes are in “Details”.`,
};
