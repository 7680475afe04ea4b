import { bilingual } from './said.ts';

/** What is said of a logo; apart from the rest, since the badge bundles the rest and reads no logo. */

const en = {
  aLogo: 'a logo',
  ofLogo: (why: string) => `logo: ${why}`,
  noPicture: 'it is no PNG, JPEG, WebP or SVG',
  textOutside: 'text outside of the drawing',
  beginsWith: (text: string) => `what begins with ${text} is not allowed`,
  noElement: (element: string) => `the element ${element} is not allowed`,
  endsNothing: (element: string) => `</${element}> ends nothing`,
  notOneSvg: 'it is not one svg element',
  tooDeep: (most: number) => `over ${most} elements deep`,
  notWholeSvg: 'it is not one whole svg element',
  attributeTwice: (element: string, name: string) => `${element} has ${name} twice`,
  otherXmlns: (name: string) => `${name} is another namespace`,
  drawnWithItself: 'a part that is drawn with itself, or by too many references',
  tooManyParts: (most: number) => `over ${most} parts to draw`,
  refersOutside: (element: string) => `${element} refers to something outside of the logo`,
  otherSpace: 'xml:space is neither default nor preserve',
  noAttribute: (name: string) => `the attribute ${name} is not allowed`,
  noXmlns: 'svg without its namespace',
  noValue: (name: string) => `what ${name} says is not allowed`,
  anEntity: 'a reference to an entity',
};

const es: typeof en = {
  aLogo: 'un logotipo',
  ofLogo: (why) => `logotipo: ${why}`,
  noPicture: 'no es PNG, JPEG, WebP ni SVG',
  textOutside: 'tiene texto fuera del dibujo',
  beginsWith: (text) => `no se admite lo que empieza con ${text}`,
  noElement: (element) => `no se admite el elemento ${element}`,
  endsNothing: (element) => `</${element}> no termina nada`,
  notOneSvg: 'no es un solo elemento svg',
  tooDeep: (most) => `más de ${most} elementos, uno dentro de otro`,
  notWholeSvg: 'no es un elemento svg completo',
  attributeTwice: (element, name) => `${element} tiene dos veces ${name}`,
  otherXmlns: (name) => `${name} es otro espacio de nombres`,
  drawnWithItself: 'una parte que se dibuja consigo misma, o con demasiadas referencias',
  tooManyParts: (most) => `más de ${most} partes que dibujar`,
  refersOutside: (element) => `${element} remite a algo fuera del logotipo`,
  otherSpace: 'xml:space no es «default» ni «preserve»',
  noAttribute: (name) => `no se admite el atributo ${name}`,
  noXmlns: 'svg sin su espacio de nombres',
  noValue: (name) => `no se admite lo que dice ${name}`,
  anEntity: 'tiene una referencia a una entidad',
};

export const words = bilingual(en, es);
