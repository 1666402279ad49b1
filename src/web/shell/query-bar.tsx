import { Filter, Tags, TextCursorInput, X } from "lucide-react";
import { useRef, useState } from "react";
import { pastFilters } from "../state/filter-history.ts";
import { filterTools } from "../state/filter-tools.ts";
import { useKeys } from "../state/keys.ts";
import { FilterChips } from "./filter-chips.tsx";
import { FilterEditor, type EditorDoor } from "./filter-editor.tsx";
import { FilterMistake } from "./filter-mistake.tsx";
import { StopAsking } from "./stop-asking.tsx";
import { useFilterBar, type FilterBarState } from "./use-filter-bar.ts";
import style from "./query-bar.module.css";

/** The filter of every page, as chips and as text: two forms of one thing. */
export function QueryBar() {
  const bar = useFilterBar();
  const { dataset, tools, shown, problem } = bar;
  const { door, showsText, selection, edit, chooseForm, runText, addText, cancel, fix } = useForms(bar);
  const isEmpty = shown.on === "" && shown.off === "";
  const past = (): readonly string[] => pastFilters().filter((text) => text !== shown.on);
  const shared = { ref: door, dataset, past, onChange: bar.forget, onCancel: cancel };
  useKeys("Everywhere", [{ keys: "/", says: "write a filter", run: () => door.current?.focus() }]);
  return (
    <search className={style["search"]} aria-label="Filter">
      <div className={`${style["bar"]} ${problem === undefined ? "" : style["wrong"]}`}>
        <Filter size={14} aria-hidden="true" className={style["sign"]} />
        {!showsText && <FilterChips tools={tools} state={shown} onChange={bar.changeSoon} onEdit={edit} />}
        {showsText ? (
          <FilterEditor
            {...shared}
            key="text"
            text={shown.on}
            selection={selection}
            isFocused={selection !== undefined}
            label="Filter"
            hint="client.ip in 10.0.0.0/8 and verdict = denied"
            onRun={runText}
            onLeave={runText}
          />
        ) : (
          <FilterEditor
            {...shared}
            key="one more"
            text=""
            label={isEmpty ? "Filter" : "One more condition"}
            hint={isEmpty ? "Filter, such as client.ip in 10.0.0.0/8 and verdict = denied" : "and …"}
            onRun={addText}
            onLeave={addText}
            onBackspace={() => {
              const last = tools?.chipsOf(shown).findLast(({ isOff }) => !isOff);
              if (last !== undefined) edit(last.from, last.to);
              return last !== undefined;
            }}
          />
        )}
        {showsText && tools !== undefined && shown.off !== "" && (
          <FilterChips
            tools={tools}
            state={{ on: "", off: shown.off }}
            onChange={(next) => bar.changeSoon({ on: tools.both(shown.on, next.on), off: next.off })}
            onEdit={edit}
          />
        )}
        <StopAsking />
        {!isEmpty && <Action text="Clear the filter" Icon={X} onClick={() => void bar.ask({ on: "", off: "" })} />}
        <Action
          text={showsText ? "Show the filter as chips" : "Write the filter as text"}
          Icon={showsText ? Tags : TextCursorInput}
          onClick={() => chooseForm(!showsText)}
        />
      </div>
      {problem !== undefined && tools !== undefined && (
        <FilterMistake problem={problem} tools={tools} dataset={dataset} onFix={fix} />
      )}
    </search>
  );
}

interface ActionProps {
  readonly text: string;
  readonly Icon: typeof X;
  readonly onClick: () => void;
}

function Action({ text, Icon, onClick }: ActionProps) {
  return (
    <button
      type="button"
      className={style["action"]}
      aria-label={text}
      title={text}
      // The editor keeps the focus until the click: leaving it would ask first.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onClick}
    >
      <Icon size={14} aria-hidden="true" />
    </button>
  );
}

const FORM_KEY = "weir-filter-form";

/** Which form the filter has, and how texts become filters. */
function useForms({ dataset, tools, shown, problem, ask, forget }: FilterBarState) {
  const [isText, setText] = useState(() => localStorage.getItem(FORM_KEY) === "text");
  // A chip that is edited as text: its stretch of the filter.
  const [selection, setSelection] = useState<{ readonly from: number; readonly to: number }>();
  const door = useRef<EditorDoor>(null);
  const showsText = isText || selection !== undefined;
  const runText = async (text: string): Promise<void> => {
    if (await ask({ ...shown, on: text.trim() })) setSelection(undefined);
  };
  const addText = async (text: string): Promise<void> => {
    if (text.trim() === "") return;
    const { mistakesOf, both } = tools ?? (await filterTools());
    const isWrong = mistakesOf(text, dataset).length > 0;
    if (await ask({ ...shown, on: isWrong ? text : both(shown.on, text) })) door.current?.put("");
  };
  return {
    door,
    showsText,
    selection,
    edit: (from: number, to: number) => setSelection({ from, to }),
    chooseForm: (text: boolean): void => {
      localStorage.setItem(FORM_KEY, text ? "text" : "chips");
      setText(text);
      setSelection(undefined);
      forget();
    },
    runText: (text: string): void => void runText(text),
    addText: (text: string): void => void addText(text),
    /** Gives back what was there. */
    cancel: (): void => {
      door.current?.put(showsText ? shown.on : "");
      setSelection(undefined);
      forget();
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    },
    fix: (filter: string): void => {
      const isAdded = !showsText && problem !== undefined && problem.filter !== shown.on;
      void (isAdded ? addText(filter) : runText(filter));
    },
  };
}
