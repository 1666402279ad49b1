import type { RowStream } from "#model/answer.js";
import { conversationEvent } from "./conversation-event.ts";
import { ecsLine } from "./ecs.ts";
import { flowEvent } from "./flow-event.ts";
import { ocsfLine } from "./ocsf.ts";
import { TableRow } from "./table-row.ts";

/** Schemas of others, as JSON lines: one event a row. */
export type EventFormat = "ocsf" | "ecs";

export const eventFormats: readonly EventFormat[] = ["ocsf", "ecs"];

/** The tables whose rows are network events. */
export const eventTables = { flows: flowEvent, conversations: conversationEvent } as const;

export type EventTable = keyof typeof eventTables;

const lineOf = { ocsf: ocsfLine, ecs: ecsLine } as const;

/** Rows of a table as events of another schema, block by block. `version` is Weir's own. */
export async function* eventTextOf(
  stream: RowStream,
  { table, format, version }: { readonly table: EventTable; readonly format: EventFormat; readonly version: string },
): AsyncGenerator<string> {
  const row = new TableRow(stream.columns);
  const [eventOf, line] = [eventTables[table], lineOf[format]];
  for await (const rows of stream.blocks()) {
    const lines = rows.map((cells) => {
      row.show(cells);
      return `${line(eventOf(row), version)}\n`;
    });
    if (lines.length > 0) yield lines.join("");
  }
}
