import { ChevronDown, ChevronUp, X } from "lucide-react";
import { Tabs } from "radix-ui";
import { ProblemError } from "../../client/request.ts";
import { Failed, Loading } from "../../ui/states.tsx";
import { ConversationFacts } from "./conversation-facts.tsx";
import { EvidenceTab } from "./evidence-tab.tsx";
import { textIn, useEvidence, type NamedRow } from "./evidence-query.ts";
import { FlowFacts } from "./flow-facts.tsx";
import { evidenceOf, type RowDataset, type RowsState } from "./rows-state.ts";
import { rowTime } from "./time-text.ts";
import { VerdictMark } from "./verdict-mark.tsx";
import style from "./row-panel.module.css";

interface RowPanelProps {
  readonly state: RowsState;
  /** Which row: see {@link evidenceOf}. */
  readonly word: string;
  readonly onGo: (steps: -1 | 1) => void;
  readonly onClose: () => void;
}

/** All that is known of one row, and what it rests on. */
export function RowPanel({ state, word, onGo, onClose }: RowPanelProps) {
  const { dataset, tab, change, view } = state;
  const asked = evidenceOf(dataset, word);
  const known = useEvidence(asked, false);
  const row = known.data?.row ?? undefined;
  const isGone = known.error instanceof ProblemError && known.error.problem.code === "not-found";
  return (
    <aside className={style["panel"]} aria-label="The row that is open" data-old={known.isPlaceholderData}>
      <header className={style["head"]}>
        <div className={style["title"]}>
          {row === undefined ? (
            <h2>{dataset === "flows" ? "Flow" : "Conversation"}</h2>
          ) : (
            <>
              <h2>{titleOf(row, dataset, known.data?.names ?? {})}</h2>
              <p>
                <VerdictMark verdict={textIn(row, dataset === "flows" ? "action" : "verdict")} />
                <span>{rowTime(textIn(row, dataset === "flows" ? "time" : "start_time") ?? "", view.timeZone)}</span>
              </p>
            </>
          )}
        </div>
        <IconButton label="Row before (,)" onClick={() => onGo(-1)} icon={<ChevronUp size={16} />} />
        <IconButton label="Next row (.)" onClick={() => onGo(1)} icon={<ChevronDown size={16} />} />
        <IconButton label="Close (Esc)" onClick={onClose} icon={<X size={16} />} />
      </header>
      <Tabs.Root
        className={style["tabs"]}
        value={tab}
        onValueChange={(next) => change({ tab: next === "evidence" ? next : undefined }, { replace: true })}
      >
        <Tabs.List className={style["tablist"]} aria-label="What is shown of the row">
          <Tabs.Trigger value="row">{dataset === "flows" ? "What the log says" : "What it is"}</Tabs.Trigger>
          <Tabs.Trigger value="evidence">Evidence</Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content value="row" className={style["content"]} tabIndex={-1}>
          {known.error !== null && (
            <Failed error={known.error} {...(!isGone && { retry: () => void known.refetch() })} />
          )}
          {asked === undefined && <Failed error={new Error("The link names no row that there can be.")} />}
          {known.isPending && asked !== undefined && <Loading what="the row" />}
          {known.error === null && row !== undefined && known.data !== undefined && (
            <Facts dataset={dataset} row={row} names={known.data.names} timeZone={view.timeZone} />
          )}
        </Tabs.Content>
        <Tabs.Content value="evidence" className={style["content"]} tabIndex={-1}>
          {asked !== undefined && <EvidenceTab asked={asked} dataset={dataset} timeZone={view.timeZone} />}
        </Tabs.Content>
      </Tabs.Root>
    </aside>
  );
}

interface FactsProps {
  readonly dataset: RowDataset;
  readonly row: NamedRow;
  readonly names: Readonly<Record<string, string>>;
  readonly timeZone: string;
}

function Facts({ dataset, ...facts }: FactsProps) {
  return dataset === "flows" ? <FlowFacts {...facts} /> : <ConversationFacts {...facts} />;
}

function IconButton(props: { readonly label: string; readonly icon: React.ReactNode; readonly onClick: () => void }) {
  return (
    <button
      type="button"
      className={`button button-quiet ${style["icon"]}`}
      aria-label={props.label}
      title={props.label}
      onClick={props.onClick}
    >
      {props.icon}
    </button>
  );
}

function titleOf(row: NamedRow, dataset: RowDataset, names: Readonly<Record<string, string>>): string {
  const [from, to] = dataset === "flows" ? ["src", "dst"] : ["client", "server"];
  const end = (column: string): string => {
    const text = textIn(row, column) ?? "?";
    return names[text] ?? text;
  };
  const port = textIn(row, `${to}_port`);
  return `${end(`${from}_ip`)} → ${end(`${to}_ip`)}${port === null ? "" : `:${port}`}`;
}
