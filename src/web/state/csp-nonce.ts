/**
 * The document's nonce: the server lets style elements in that carry it, and no others. Whatever writes style elements must be
 * given it; CodeMirror takes it as `EditorView.cspNonce.of(cspNonce)`.
 */
export const cspNonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

/** Gives the nonce to menus and dialogs. */
export function giveNonce(): void {
  // The name under which radix-ui's get-nonce looks for it.
  Reflect.set(globalThis, "__webpack_nonce__", cspNonce);
}
