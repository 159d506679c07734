// The content security policy allows no `style` elements, and the terminal makes three and fills them with text. What it gets
// instead keeps that text in a sheet that the document adopts, which is a script's own doing and allowed.

/** Runs `open` while every `style` element that is made puts its text into an adopted sheet; answers how to take them away. */
export function withAdoptedStyles(open: () => void): () => void {
  const sheets: CSSStyleSheet[] = [];
  const create = document.createElement;
  document.createElement = function (this: Document, name: string, options?: ElementCreationOptions) {
    if (name !== 'style') {
      return create.call(this, name, options);
    }
    const sheet = new CSSStyleSheet();
    sheets.push(sheet);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    const stand = create.call(this, 'span', options);
    stand.hidden = true;
    Object.defineProperty(stand, 'textContent', { set: (text: string) => sheet.replaceSync(text), get: () => '' });
    return stand;
  } as typeof document.createElement;
  try {
    open();
  } finally {
    document.createElement = create;
  }
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => !sheets.includes(sheet));
  };
}
