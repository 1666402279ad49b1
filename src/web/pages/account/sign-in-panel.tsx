import { Panel } from "../../ui/panel.tsx";
import style from "./account.module.css";

/** What it means that there is no sign-in, and how to have one. */
export function SignInPanel() {
  return (
    <Panel title="There is no sign-in here">
      <p className={style["hint"]}>
        This Weir answers only to programs of its own machine, and takes whoever reaches it for an admin. To let others
        in, or to know who asked what, add a user and have people sign in:
      </p>
      <pre className={style["command"]}>
        {
          "weir user add YOUR-NAME --role admin\nweir serve --auth password          # on this machine\nweir serve --host 0.0.0.0           # for others; behind a proxy that ends TLS: --behind-tls"
        }
      </pre>
      <p className={style["hint"]}>Tokens for scripts belong to users, and are made here once you have signed in.</p>
    </Panel>
  );
}
