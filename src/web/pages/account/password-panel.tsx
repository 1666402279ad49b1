import { useState } from "react";
import { usePasswordChange } from "../../client/access.ts";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "./problem.tsx";
import style from "./account.module.css";

/** A new password for oneself. */
export function PasswordPanel({ name }: { readonly name: string }) {
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const change = usePasswordChange();
  const clear = (): void => {
    setCurrent("");
    setPassword("");
  };
  return (
    <Panel title="Password">
      <form
        className={style["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ current, password }, { onSuccess: clear });
        }}
      >
        <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
        <label className={style["field"]}>
          Present password
          <input
            className="input"
            type="password"
            autoComplete="current-password"
            required
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
          />
        </label>
        <label className={style["field"]}>
          New password, 12 characters or more
          <input
            className="input"
            type="password"
            autoComplete="new-password"
            minLength={12}
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </label>
        <button type="submit" className="button" disabled={change.isPending}>
          Change password
        </button>
      </form>
      {change.isSuccess && (
        <p className={style["good"]} role="status">
          The password is changed, and you are signed out everywhere but here. Tokens go on working.
        </p>
      )}
      {change.error !== null && <Problem error={change.error} />}
    </Panel>
  );
}
