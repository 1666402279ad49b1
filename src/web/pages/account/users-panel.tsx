import { useState } from "react";
import type { UserJson } from "#api/contract/index.js";
import type { Role } from "#model/roles.js";
import { useAccessChanges, useUsers, type AccessChanges } from "../../client/access.ts";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { ConfirmButton } from "./confirm-button.tsx";
import { Moment } from "./moment.tsx";
import { NewPassword } from "./new-password.tsx";
import { Problem } from "./problem.tsx";
import { RoleSelect } from "./role-select.tsx";
import style from "./account.module.css";

/** Who may sign in, for admins. */
export function UsersPanel({ me }: { readonly me: string }) {
  const users = useUsers();
  const changes = useAccessChanges();
  const failure = changes.changeUser.error ?? changes.removeUser.error;
  return (
    <Panel title="Users">
      {users.error !== null && <Failed error={users.error} retry={() => void users.refetch()} />}
      {users.isPending && <Loading what="the users" />}
      {users.data?.users.length === 0 && (
        <Empty title="No users yet.">
          Add the first one as admin; then `weir serve --auth password` has people sign in.
        </Empty>
      )}
      {users.data !== undefined && users.data.users.length > 0 && (
        <div className={style["scroll"]}>
          <table className="table">
            <thead>
              <tr>
                <th>Name</th>
                <th>Role</th>
                <th>Last sign-in</th>
                <th>Added</th>
                <th>
                  <span className="visually-hidden">Changes</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {users.data.users.map((user) => (
                <UserRow key={user.name} user={user} isMe={user.name === me} changes={changes} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {failure !== null && <Problem error={failure} />}
      <NewUser changes={changes} isFirst={users.data?.users.length === 0} />
    </Panel>
  );
}

interface UserRowProps {
  readonly user: UserJson;
  readonly isMe: boolean;
  readonly changes: AccessChanges;
}

function UserRow({ user, isMe, changes: { changeUser, removeUser } }: UserRowProps) {
  const { name, role, disabled, created, last_login: lastLogin } = user;
  const [isSetting, setSetting] = useState(false);
  const isBusy = changeUser.isPending || removeUser.isPending;
  return (
    <tr className={disabled ? style["off"] : undefined}>
      <td>{name}</td>
      <td>
        <RoleSelect
          label={`Role of ${name}`}
          value={role}
          disabled={isBusy}
          onChange={(next) => changeUser.mutate({ name, role: next })}
        />
      </td>
      <td>
        <Moment at={lastLogin} />
      </td>
      <td>
        <Moment at={created} />
      </td>
      <td>
        <div className={style["actions"]}>
          {isSetting ? (
            <NewPassword
              name={name}
              close={() => setSetting(false)}
              set={(password) => changeUser.mutate({ name, password }, { onSuccess: () => setSetting(false) })}
            />
          ) : (
            <button
              type="button"
              className="button button-quiet"
              aria-label={`Set password of ${name}`}
              onClick={() => setSetting(true)}
            >
              Set password
            </button>
          )}
          {isMe ? (
            <span className={style["dim"]}>you</span>
          ) : (
            <>
              <button
                type="button"
                className="button button-quiet"
                aria-label={`${disabled ? "Let in" : "Keep out"} ${name}`}
                disabled={isBusy}
                onClick={() => changeUser.mutate({ name, disabled: !disabled })}
              >
                {disabled ? "Let in" : "Keep out"}
              </button>
              <ConfirmButton
                label={`Remove ${name}`}
                text="Remove"
                sure="With all tokens. Remove"
                disabled={isBusy}
                onConfirm={() => removeUser.mutate(name)}
              />
            </>
          )}
        </div>
      </td>
    </tr>
  );
}

interface NewUserProps {
  readonly changes: AccessChanges;
  readonly isFirst: boolean;
}

function NewUser({ changes: { addUser }, isFirst }: NewUserProps) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [chosen, setRole] = useState<Role | undefined>();
  const role = chosen ?? (isFirst ? "admin" : "viewer");
  const clear = (): void => {
    setName("");
    setPassword("");
  };
  return (
    <>
      <form
        className={style["form"]}
        aria-label="New user"
        onSubmit={(event) => {
          event.preventDefault();
          addUser.mutate({ name, password, role }, { onSuccess: clear });
        }}
      >
        <label className={`${style["field"]} ${style["wide"]}`}>
          Name of a new user
          <input
            className="input"
            autoComplete="off"
            autoCapitalize="none"
            maxLength={100}
            required
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label className={style["field"]}>
          Password, 12 characters or more
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
        <RoleSelect label="Role of the new user" value={role} onChange={setRole} />
        <button type="submit" className="button" disabled={addUser.isPending}>
          Add user
        </button>
      </form>
      {addUser.error !== null && <Problem error={addUser.error} />}
      {addUser.isSuccess && (
        <p className={style["good"]} role="status">
          {addUser.data.name} may sign in as {addUser.data.role}.
        </p>
      )}
    </>
  );
}
