import { DropdownMenu } from "radix-ui";
import { datasetIn, useView } from "../state/view.ts";
import { withCondition } from "../state/filter-edit.ts";
import { endFieldsIn, entityKindOf, fieldIn, headingOf } from "../state/value-fields.ts";
import type { MenuValue } from "./menu-value.ts";
import style from "./value-menu.module.css";

/** What can be done with a value, in the words of the dataset that the page is about. */
export function ValueMenuItems({ value: { field, value, name } }: { readonly value: MenuValue }) {
  const { view, parameters, change, go } = useView();
  const dataset = datasetIn(parameters);
  const own = fieldIn(dataset, field);
  const ends = endFieldsIn(dataset, field);
  const kind = entityKindOf(field);
  const asked = fieldIn("conversations", field);
  const filterOf = (toField: string, negate = false): string =>
    withCondition(view.filter, { field: toField, value, negate }, dataset);
  const add = (toField: string, negate = false): void => change({ q: filterOf(toField, negate) });
  const conversations = (): string => (dataset === "conversations" ? view.filter : "");
  const toConversations = (isDenied: boolean): void => {
    if (asked === undefined) return;
    const filter = withCondition(conversations(), { field: asked, value });
    go("/conversations", { q: isDenied ? withCondition(filter, { field: "verdict", value: "denied" }) : filter });
  };
  return (
    <>
      <DropdownMenu.Label className={style["title"]}>
        <span className={style["heading"]}>{headingOf(field, dataset)}</span>
        {name !== undefined && <span className={style["name"]}>{name}</span>}
        <span className={style["value"]}>{value ?? "unknown"}</span>
      </DropdownMenu.Label>
      {own !== undefined && <Item text="Only this" onSelect={() => add(own)} />}
      {own !== undefined && <Item text="Not this" onSelect={() => add(own, true)} />}
      {ends.client !== undefined && ends.client !== own && (
        <Item text={dataset === "flows" ? "As source" : "As client"} onSelect={() => add(ends.client ?? field)} />
      )}
      {ends.server !== undefined && ends.server !== own && (
        <Item text={dataset === "flows" ? "As destination" : "As server"} onSelect={() => add(ends.server ?? field)} />
      )}
      {ends.either !== undefined && ends.either !== own && (
        <Item text="At either end" onSelect={() => add(ends.either ?? field)} />
      )}
      <DropdownMenu.Separator className="menu-line" />
      {kind !== undefined && value !== null && (
        <Item text={`Open this ${kind}`} onSelect={() => go("/entity", { kind, id: value })} />
      )}
      {asked !== undefined && <Item text="Its conversations" onSelect={() => toConversations(false)} />}
      {asked !== undefined && <Item text="Its denied traffic" onSelect={() => toConversations(true)} />}
      {value !== null && <Item text="Copy" onSelect={() => void navigator.clipboard.writeText(value)} />}
      {name !== undefined && <Item text="Copy its name" onSelect={() => void navigator.clipboard.writeText(name)} />}
    </>
  );
}

function Item({ text, onSelect }: { readonly text: string; readonly onSelect: () => void }) {
  return (
    <DropdownMenu.Item className="menu-item" onSelect={onSelect}>
      {text}
    </DropdownMenu.Item>
  );
}
