/** What the file of a logo may end in. It stands by itself because a page in a browser reads padrones, and never a logo. */
export const LOGO_ENDINGS = ['svg', 'png', 'jpg', 'webp'] as const;
export type LogoEnding = (typeof LOGO_ENDINGS)[number];
