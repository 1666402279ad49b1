import type { EntityJson, Question } from "#api/contract/index.js";
import { useAnswer } from "../../client/answers.ts";
import { joinFilters } from "../../state/filter-join.ts";
import { asked, useView } from "../../state/view.ts";
import { EntityTimeline } from "./entity-timeline.tsx";
import { asEnd } from "./entity-words.ts";
import { RankedPanel } from "./ranked-panel.tsx";
import style from "./entity.module.css";

const DENIED = "verdict = denied and class != stray";
const BOTH_CLOUDS = "client.provider is known and server.provider is known and client.provider != server.provider";

const client = { name: "client_ip", field: "client.ip", heading: "Client" } as const;
const server = { name: "server_ip", field: "server.ip", heading: "Server" } as const;
const service = { name: "service", field: "service", heading: "Service" } as const;

const measures = ["bytes", "conversations", "denied"];

/** All that is asked about an entity in the time of the view, under the filter of the query bar. */
function useTraffic(entity: EntityJson) {
  const { view } = useView();
  const base = asked(view);
  const [own, out, back] = [entity.filter, asEnd(entity, "client"), asEnd(entity, "server")].map((filter) =>
    joinFilters(view.filter, filter),
  );
  const of = (filter = "", question: Omit<Question, "filter">): Question => ({ ...base, ...question, filter });
  return {
    own,
    out,
    back,
    timeline: useAnswer(of(own, { by: ["verdict"], measures, step: "auto" })),
    talksTo: useAnswer(of(out, { by: ["server_ip", "service"], measures, limit: 12, others: true })),
    talkedBy: useAnswer(of(back, { by: ["client_ip", "service"], measures, limit: 12, others: true })),
    offers: useAnswer(of(back, { by: ["service"], measures: [...measures, "clients"], limit: 10, others: true })),
    uses: useAnswer(of(out, { by: ["service"], measures: [...measures, "servers"], limit: 10, others: true })),
    denied: useAnswer(
      of(joinFilters(own, DENIED), {
        by: ["client_ip", "server_ip", "decided_at"],
        measures: ["denied"],
        limit: 10,
        others: true,
      }),
    ),
    verdicts: useAnswer(
      of(own, {
        by: ["verdict", "decided_at", "client_rule", "server_rule"],
        measures: ["conversations", "bytes"],
        limit: 15,
        others: true,
      }),
    ),
    cross: useAnswer(
      of(joinFilters(own, BOTH_CLOUDS), {
        by: ["client_provider", "client_ip", "server_provider", "server_ip"],
        measures,
        limit: 10,
        others: true,
      }),
    ),
  };
}

/** What an entity did in the time of the view. */
export function EntityTraffic({ entity }: { readonly entity: EntityJson }) {
  const { own = "", out = "", back = "", ...asking } = useTraffic(entity);
  const { timeline, talksTo, talkedBy, offers, uses, denied, verdicts, cross } = asking;
  const isCross = cross.data === undefined || cross.data.rows.length > 0;
  return (
    <div className={style["grid"]}>
      <EntityTimeline query={timeline} />
      <RankedPanel
        title="Denied, with it on either side"
        query={denied}
        columns={[client, server, { name: "decided_at", field: "decided_at", heading: "Denied at" }]}
        base={joinFilters(own, DENIED)}
        empty="No attempt of it or at it was denied and logged."
        isWide
      />
      <RankedPanel
        title="Talks to"
        query={talksTo}
        columns={[server, service]}
        base={out}
        empty="It opened no conversation."
      />
      <RankedPanel
        title="Talked to by"
        query={talkedBy}
        columns={[client, service]}
        base={back}
        empty="Nobody opened a conversation to it."
      />
      <RankedPanel
        title="Services it offers"
        query={offers}
        columns={[service]}
        base={back}
        empty="It served nothing."
      />
      <RankedPanel title="Services it uses" query={uses} columns={[service]} base={out} empty="It used no service." />
      {isCross && (
        <RankedPanel
          title="With other clouds"
          query={cross}
          columns={[
            { name: "client_provider", field: "client.provider", heading: "From" },
            client,
            { name: "server_provider", field: "server.provider", heading: "To" },
            server,
          ]}
          base={joinFilters(own, BOTH_CLOUDS)}
          empty="It had no conversation with another cloud."
          isWide
        />
      )}
      <RankedPanel
        title="Verdicts, by side and rule"
        query={verdicts}
        columns={[
          { name: "verdict", field: "verdict", heading: "Verdict" },
          { name: "decided_at", field: "decided_at", heading: "Decided at" },
          { name: "client_rule", field: "client.rule", heading: "Rule at the client" },
          { name: "server_rule", field: "server.rule", heading: "Rule at the server" },
        ]}
        base={own}
        empty="It had no conversation."
        isWide
      />
    </div>
  );
}
