import { Tabs } from "radix-ui";
import { useSession } from "../../client/session.ts";
import { useView } from "../../state/view.ts";
import { AuditPanel } from "./audit-panel.tsx";
import { PasswordPanel } from "./password-panel.tsx";
import { SignInPanel } from "./sign-in-panel.tsx";
import { TokensPanel } from "./tokens-panel.tsx";
import { UsersPanel } from "./users-panel.tsx";
import style from "./account.module.css";

/** Own account, tokens, and for admins users and the audit log. */
export default function AccountPage() {
  const session = useSession().data;
  const { parameters, change } = useView();
  const user = session?.user;
  if (session === undefined || user === null || user === undefined) return null;
  const isAdmin = user.role === "admin";
  const asked = parameters.get("tab") ?? "";
  const tab = isAdmin && (asked === "users" || asked === "audit") ? asked : "own";
  return (
    <div className={style["page"]}>
      <h1>Account</h1>
      <Tabs.Root
        value={tab}
        onValueChange={(next) => change({ tab: next === "own" ? "" : next, who: "", action: "", result: "" })}
      >
        {isAdmin && (
          <Tabs.List className={style["tabs"]} aria-label="Parts of the account">
            <Tabs.Trigger value="own">{session.auth === "none" ? "Sign-in" : "Your account"}</Tabs.Trigger>
            <Tabs.Trigger value="users">Users</Tabs.Trigger>
            <Tabs.Trigger value="audit">Audit log</Tabs.Trigger>
          </Tabs.List>
        )}
        <Tabs.Content className={style["content"]} value="own">
          {session.auth === "none" ? (
            <SignInPanel />
          ) : (
            <>
              <TokensPanel user={user} />
              <PasswordPanel name={user.name} />
            </>
          )}
        </Tabs.Content>
        <Tabs.Content className={style["content"]} value="users">
          <UsersPanel me={user.name} />
        </Tabs.Content>
        <Tabs.Content className={style["content"]} value="audit">
          <AuditPanel />
        </Tabs.Content>
      </Tabs.Root>
    </div>
  );
}
