/**
 * Gives the document's nonce to menus and dialogs: the server lets style elements in that carry it, and no others.
 */
export function giveNonce(): void {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
  // The name under which radix-ui's get-nonce looks for it.
  Reflect.set(globalThis, "__webpack_nonce__", nonce);
}
