import { useCallback, useEffect, useState } from "react";

/** Copies text. Pages that do not come over TLS or from this machine have no clipboard, so there is the old way, too. */
export async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard !== undefined) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Not allowed here: the old way may be.
    }
  }
  const place = document.createElement("textarea");
  place.value = text;
  place.setAttribute("readonly", "");
  place.className = "visually-hidden";
  document.body.append(place);
  place.select();
  const isCopied = document.execCommand("copy");
  place.remove();
  return isCopied;
}

const SHOWN_MS = 1800;

/** Copies, and says for a moment what was copied. */
export function useCopy(): { readonly said: string; readonly copy: (text: string, what: string) => void } {
  const [said, say] = useState("");
  useEffect(() => {
    if (said === "") return undefined;
    const timer = setTimeout(() => say(""), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = useCallback((text: string, what: string): void => {
    void copyText(text).then((isCopied) => say(isCopied ? `${what} copied` : "The browser does not let us copy"));
  }, []);
  return { said, copy };
}
