import { Popover } from "radix-ui";
import { curlCommand, type PanelSource } from "../../client/panel-source.ts";
import { useSession } from "../../client/session.ts";
import { useCopy } from "../../ui/copy-text.ts";
import style from "./explore.module.css";

/** The same question for a terminal and for a script. */
export function Elsewhere({ source }: { readonly source: PanelSource }) {
  const needsToken = useSession().data?.auth === "password";
  return (
    <Popover.Root>
      <Popover.Trigger className="button button-quiet">Same question elsewhere</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={`menu ${style["elsewhere"] ?? ""}`}
          align="end"
          sideOffset={4}
          aria-label="Same question elsewhere"
        >
          <Line title="Command line" text={source.command} />
          <Line title="HTTP API" text={curlCommand(source, location.origin, needsToken)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Line({ title, text }: { readonly title: string; readonly text: string }) {
  const { said, copy } = useCopy();
  return (
    <div className={style["line"]}>
      <div>
        <span className="menu-label">{title}</span>
        <span role="status">{said}</span>
        <button
          type="button"
          className="button button-quiet"
          aria-label={`Copy ${title}`}
          onClick={() => copy(text, title)}
        >
          Copy
        </button>
      </div>
      <pre>{text}</pre>
    </div>
  );
}
