/**
 * For the clicks in a document of this origin that is in a frame of this page: a link out of the publication is opened in a
 * tab of its own, and one within it stays in the frame, wherever it wants to go. What a script does is not held by it.
 */
export function keepWithin(event: Event): void {
  // It is an element of another window than this one, so that its class is another one, too.
  const link = event.composedPath().find((at): at is Element => 'localName' in at && LINKS.has(String(at.localName)));
  const href = link?.getAttribute('href');
  if (!link || href === null || href === undefined || !URL.canParse(href, link.baseURI)) return;
  const { origin, protocol } = new URL(href, link.baseURI);
  if (/^https?:$/.test(protocol) && origin !== location.origin) {
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener');
  } else if (/^_(top|parent)$/i.test(link.getAttribute('target') ?? '')) link.setAttribute('target', '_self');
}

const LINKS: ReadonlySet<string> = new Set(['a', 'area']);
