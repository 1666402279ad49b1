import { useState } from "react";
import type { TokenJson } from "#api/contract/index.js";
import type { Role } from "#model/roles.js";
import { useAccessChanges, useTokens } from "../../client/access.ts";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { ConfirmButton } from "./confirm-button.tsx";
import { MadeToken } from "./made-token.tsx";
import { Moment } from "./moment.tsx";
import { Problem } from "./problem.tsx";
import { RoleSelect } from "./role-select.tsx";
import style from "./account.module.css";

const lives = [
  ["7d", "7 days"],
  ["30d", "30 days"],
  ["90d", "90 days"],
  ["365d", "a year"],
] as const;

interface TokensPanelProps {
  readonly user: { readonly name: string; readonly role: Role };
}

/** Tokens for scripts: the own ones, for admins those of everybody. */
export function TokensPanel({ user }: TokensPanelProps) {
  const [of, setOf] = useState<"me" | "all">("me");
  const tokens = useTokens(of);
  const { createToken, revokeToken } = useAccessChanges();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [life, setLife] = useState("90d");
  const all = (
    <label className={style["check"]}>
      <input type="checkbox" checked={of === "all"} onChange={() => setOf(of === "all" ? "me" : "all")} /> of all users
    </label>
  );
  return (
    <Panel title="Tokens for scripts" actions={user.role === "admin" ? all : undefined}>
      {createToken.data !== undefined && <MadeToken token={createToken.data} close={createToken.reset} />}
      {tokens.error !== null && <Failed error={tokens.error} retry={() => void tokens.refetch()} />}
      {tokens.isPending && <Loading what="the tokens" />}
      {tokens.data?.tokens.length === 0 && (
        <Empty title="No tokens yet.">
          A token lets a script ask the HTTP API as you, with a role of yours or less.
        </Empty>
      )}
      {tokens.data !== undefined && tokens.data.tokens.length > 0 && (
        <TokenTable
          tokens={tokens.data.tokens}
          hasUsers={of === "all"}
          revoke={(id) => revokeToken.mutate(id)}
          isBusy={revokeToken.isPending}
        />
      )}
      {revokeToken.error !== null && <Problem error={revokeToken.error} />}
      <form
        className={style["form"]}
        aria-label="New token"
        onSubmit={(event) => {
          event.preventDefault();
          createToken.mutate({ name, role, expires_in: life }, { onSuccess: () => setName("") });
        }}
      >
        <label className={`${style["field"]} ${style["wide"]}`}>
          What the new token is for
          <input
            className="input"
            placeholder="nightly report"
            maxLength={200}
            required
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <RoleSelect label="Role of the token" value={role} most={user.role} onChange={setRole} />
        <select
          className="input"
          aria-label="How long the token is good"
          value={life}
          onChange={(event) => setLife(event.target.value)}
        >
          {lives.map(([value, text]) => (
            <option key={value} value={value}>
              good for {text}
            </option>
          ))}
        </select>
        <button type="submit" className="button" disabled={createToken.isPending}>
          Make token
        </button>
      </form>
      {createToken.error !== null && <Problem error={createToken.error} />}
    </Panel>
  );
}

interface TokenTableProps {
  readonly tokens: readonly TokenJson[];
  readonly hasUsers: boolean;
  readonly isBusy: boolean;
  readonly revoke: (id: string) => void;
}

function TokenTable({ tokens, hasUsers, isBusy, revoke }: TokenTableProps) {
  const [now] = useState(Date.now);
  return (
    <div className={style["scroll"]}>
      <table className="table">
        <thead>
          <tr>
            <th>For</th>
            {hasUsers && <th>User</th>}
            <th>Role</th>
            <th>Made</th>
            <th>Good until</th>
            <th>Last used</th>
            <th>
              <span className="visually-hidden">Revoke</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tokens.map(({ id, name, user, role, created, expires, last_used: lastUsed }) => (
            <tr key={id}>
              <td title={id}>{name}</td>
              {hasUsers && <td>{user}</td>}
              <td>{role}</td>
              <td>
                <Moment at={created} />
              </td>
              <td className={expires !== null && Date.parse(expires) <= now ? style["failed"] : undefined}>
                {expires !== null && Date.parse(expires) <= now && "expired "}
                <Moment at={expires} none="revoked" />
              </td>
              <td>
                <Moment at={lastUsed} />
              </td>
              <td>
                <div className={style["actions"]}>
                  <ConfirmButton
                    label={`Revoke ${name}`}
                    text="Revoke"
                    sure="It stops working at once. Revoke"
                    disabled={isBusy}
                    onConfirm={() => revoke(id)}
                  />
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
