import { useState } from "react";
import style from "./account.module.css";

interface NewPasswordProps {
  readonly name: string;
  readonly set: (password: string) => void;
  readonly close: () => void;
}

/** A new password for somebody else, in the row of the user. */
export function NewPassword({ name, set, close }: NewPasswordProps) {
  const [password, setPassword] = useState("");
  return (
    <form
      className={style["actions"]}
      onSubmit={(event) => {
        event.preventDefault();
        set(password);
      }}
    >
      <input
        className="input"
        type="password"
        aria-label={`New password for ${name}, 12 characters or more`}
        placeholder="new password"
        autoComplete="new-password"
        minLength={12}
        required
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- it was just asked for
        autoFocus
        value={password}
        onKeyDown={(event) => {
          if (event.key === "Escape") close();
        }}
        onChange={(event) => setPassword(event.target.value)}
      />
      <button type="submit" className="button">
        Set
      </button>
      <button type="button" className="button button-quiet" onClick={close}>
        Cancel
      </button>
    </form>
  );
}
