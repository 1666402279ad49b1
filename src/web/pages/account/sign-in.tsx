import { useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { endedFor, signIn } from "../../client/session.ts";
import { BrandMark } from "../../shell/brand-mark.tsx";
import { Problem } from "./problem.tsx";
import style from "./sign-in.module.css";

/** Signing in. The address stays as it is, so that whoever followed a link comes to what it shows. */
export default function SignInPage() {
  const queries = useQueryClient();
  const over = endedFor(queries);
  const [name, setName] = useState(over ?? "");
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [hasCapsLock, setCapsLock] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await signIn(queries, name, password);
    } catch (failure) {
      setError(failure);
      setPassword("");
      setBusy(false);
    }
  };
  return (
    <main className={style["page"]}>
      <form className={style["card"]} onSubmit={(event) => void submit(event)} aria-labelledby="sign-in-title">
        <h1 id="sign-in-title" className={style["title"]}>
          <BrandMark />
          Sign in to Weir
        </h1>
        {over !== null && error === null && (
          <p className={style["note"]} role="status">
            Your session is over. Sign in to go on where you were.
          </p>
        )}
        {error !== null && <Problem error={error} />}
        <label className={style["field"]}>
          Name
          <input
            className="input"
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the page has nothing else to do
            autoFocus={over === null}
            required
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label className={style["field"]}>
          Password
          <input
            className="input"
            name="password"
            type="password"
            autoComplete="current-password"
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the name is known already
            autoFocus={over !== null}
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            onKeyUp={(event) => setCapsLock(event.getModifierState("CapsLock"))}
          />
        </label>
        {hasCapsLock && <p className={style["note"]}>Caps Lock is on.</p>}
        <button type="submit" className="button button-main" disabled={isBusy}>
          {isBusy ? "Signing in …" : "Sign in"}
        </button>
        <p className={style["help"]}>
          No account, or the password forgotten? An admin of this Weir adds users and sets passwords.
        </p>
      </form>
    </main>
  );
}
