import { useState } from "react";
import { useView } from "../state/view.ts";

/** The filter of every page. */
export function QueryBar() {
  const { view, change } = useView();
  const [text, setText] = useState(view.filter);
  return (
    <form
      style={{ flex: 1 }}
      onSubmit={(event) => {
        event.preventDefault();
        change({ q: text });
      }}
    >
      <input
        className="input"
        style={{ width: "100%" }}
        aria-label="Filter"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </form>
  );
}
