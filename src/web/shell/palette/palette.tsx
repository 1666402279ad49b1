import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useEffect, useState, type KeyboardEvent } from "react";
import { useLocation } from "wouter";
import type { FoundJson, SavedViewJson } from "#api/contract/index.js";
import { request } from "../../client/request.ts";
import { both, withCondition } from "../../state/filter-edit.ts";
import { lakeTime } from "../../state/lake-time.ts";
import { applyTheme } from "../../state/theme.ts";
import { useTimeRange } from "../../state/time.ts";
import { datasetIn, useView } from "../../state/view.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { KeyCaps } from "../../ui/key-caps.tsx";
import { commandsFor, type Command } from "./commands.ts";
import style from "./palette.module.css";

/** Everything that can be done, found by typing. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [picked, setPicked] = useState(0);
  const { timeZone } = useTimeRange();
  const known = useKnown(typed.trim());
  const commands = commandsFor(typed, known, { nowMs: lakeTime().nowMs, timeZone });
  const act = useAct();
  const at = Math.min(picked, commands.length - 1);
  useEffect(() => {
    document.querySelector(`#palette-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const run = (command: Command | undefined): void => {
    if (command === undefined) return;
    onClose();
    act(command.act);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter") run(commands[at]);
    else if (event.key === "ArrowDown") setPicked((at + 1) % Math.max(commands.length, 1));
    else if (event.key === "ArrowUp") setPicked((at - 1 + commands.length) % Math.max(commands.length, 1));
    else return;
    event.preventDefault();
  };
  return (
    <Dialog label="Commands" place="top" onClose={onClose}>
      <div className={style["field"]}>
        <Search size={16} aria-hidden="true" />
        <input
          className={style["input"]}
          // The palette was opened to type.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-commands"
          aria-activedescendant={at < 0 ? undefined : `palette-${at}`}
          aria-label="Command, address, name, time or filter"
          placeholder="A page, an address, a name, a time, why A B:443"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setPicked(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id="palette-commands" role="listbox" aria-label="Commands" className={style["list"]}>
        {sectionsOf(commands).map(({ section, first, its }) => (
          <div key={`${section} ${first}`} role="group" aria-label={section}>
            <div aria-hidden="true" className={style["section"]}>
              {section}
            </div>
            {its.map((command, index) => (
              <Row
                key={`${command.title} ${command.detail ?? ""}`}
                id={`palette-${first + index}`}
                command={command}
                isPicked={first + index === at}
                onRun={() => run(command)}
              />
            ))}
          </div>
        ))}
      </div>
      {commands.length === 0 && (
        <p className={style["none"]}>Nothing by that name. An address, a filter or a time works, too.</p>
      )}
    </Dialog>
  );
}

/** Commands under their sections, in their order; with the place of each section's first. */
function sectionsOf(commands: readonly Command[]) {
  const sections: { section: string; first: number; its: Command[] }[] = [];
  for (const [at, command] of commands.entries()) {
    const last = sections.at(-1);
    if (last?.section === command.section) last.its.push(command);
    else sections.push({ section: command.section, first: at, its: [command] });
  }
  return sections;
}

interface RowProps {
  readonly id: string;
  readonly command: Command;
  readonly isPicked: boolean;
  readonly onRun: () => void;
}

function Row({ id, command: { title, detail, keys }, isPicked, onRun }: RowProps) {
  return (
    // The field has the focus and the keys.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div id={id} role="option" aria-selected={isPicked} tabIndex={-1} className={style["command"]} onClick={onRun}>
      <span className={style["title"]}>{title}</span>
      {detail !== undefined && <span className={style["detail"]}>{detail}</span>}
      {keys !== undefined && <KeyCaps keys={keys} />}
    </div>
  );
}

/** What the server knows of what was typed; nothing while it does not answer. */
function useKnown(typed: string) {
  const asked = useRested(typed);
  const find = useQuery({
    queryKey: ["find", asked],
    queryFn: ({ signal }) => request<FoundJson>(`/find?text=${encodeURIComponent(asked)}`, { signal }),
    enabled: asked.length > 1 && asked.length <= 200,
    placeholderData: (before) => before,
  });
  const views = useQuery({
    queryKey: ["views"],
    queryFn: ({ signal }) => request<{ views: SavedViewJson[] }>("/views", { signal }),
  });
  return {
    found: asked.length > 1 ? (find.data?.found ?? []) : [],
    isAnswered: asked === typed && find.isSuccess && !find.isPlaceholderData,
    views: views.data?.views ?? [],
  };
}

/** Milliseconds without a key before the server is asked. */
const REST = 120;

/** A text once nobody changes it any more. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

function useAct(): (act: Command["act"]) => void {
  const { view, parameters, change, go } = useView();
  const { setWords } = useTimeRange();
  const [, navigate] = useLocation();
  const dataset = datasetIn(parameters);
  return (act) => {
    switch (act.kind) {
      case "page":
        return go(act.path, act.changes);
      case "link":
        return navigate(act.href);
      case "time":
        return setWords(act.from, act.to);
      case "theme":
        return applyTheme(act.theme);
      case "value":
        return change({ q: withCondition(view.filter, act, dataset) });
      case "filter":
        return change({ q: both(view.filter, act.filter) });
    }
  };
}
