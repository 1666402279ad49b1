import { Empty } from "../../ui/states.tsx";
import { recentPaths, type AskedPath } from "./recent.ts";
import style from "./path.module.css";

interface RecentPathsProps {
  readonly shown: AskedPath;
  readonly onAsk: (client: string, server: string) => void;
  /** Something is asked already: no word about how to begin. */
  readonly isQuiet: boolean;
}

/** Questions that this browser asked before; without any, what can be asked. */
export function RecentPaths({ shown, onAsk, isQuiet }: RecentPathsProps) {
  const others = recentPaths().filter(({ client, server }) => client !== shown.client || server !== shown.server);
  return (
    <>
      {!isQuiet && (
        <Empty title="Name two ends.">
          An address, a block, a name, or the id of an interface, instance, network or account; at the second also a
          port. The answer is made of the flow logs of both sides, and says what they cannot tell.
        </Empty>
      )}
      {others.length > 0 && (
        <section aria-label="Recent questions">
          <h2 className={style["small"]}>Asked before</h2>
          <ul className={style["recent"]}>
            {others.map(({ client, server }) => (
              <li key={`${client} ${server}`}>
                <button type="button" className="button" onClick={() => onAsk(client, server)}>
                  {client} → {server}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
