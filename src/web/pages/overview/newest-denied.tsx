import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { Link } from "wouter";
import type { RowsJson, RowsRequest } from "#api/contract/index.js";
import { humanTime } from "#base/human.js";
import { protocolText } from "#model/protocols.js";
import { rowsSource } from "../../client/panel-source.ts";
import { request } from "../../client/request.ts";
import { clockText, dayText } from "../../chart/time-axis.ts";
import { groupValue } from "../../chart/series.ts";
import { useView } from "../../state/view.ts";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { Value } from "../../ui/value.tsx";
import { deniedFilter } from "./questions.ts";
import { RankedTable, type RankedColumn } from "./ranked-table.tsx";
import style from "./overview.module.css";

/** Asks for single rows. */
export function useRows(asked: RowsRequest): UseQueryResult<RowsJson> {
  return useQuery({
    queryKey: ["rows", asked],
    queryFn: ({ signal }) => request<RowsJson>("/rows", { method: "POST", body: asked, signal }),
    placeholderData: keepPreviousData,
  });
}

interface NewestDeniedProps {
  readonly asked: RowsRequest;
  readonly rows: UseQueryResult<RowsJson>;
}

/** What was denied last. */
export function NewestDenied({ asked, rows }: NewestDeniedProps) {
  const { view, linkTo } = useView();
  return (
    <Panel
      title="Newest denied"
      className={style["list-panel"] ?? ""}
      source={rowsSource(asked)}
      actions={<Link href={linkTo("/conversations", { q: deniedFilter(view.filter) })}>All</Link>}
    >
      {rows.error !== null && <Failed error={rows.error} retry={() => void rows.refetch()} />}
      {rows.error === null && rows.data === undefined && <Loading what="what was denied" />}
      {rows.error === null && rows.data?.rows.length === 0 && (
        <Empty title="Nothing was denied in this time.">As far as the logs write denials.</Empty>
      )}
      {rows.error === null && rows.data !== undefined && rows.data.rows.length > 0 && (
        <DeniedTable data={rows.data} timeZone={view.timeZone} />
      )}
    </Panel>
  );
}

const columns: readonly RankedColumn[] = [
  { heading: "Time", kind: "time" },
  { heading: "Client" },
  { heading: "Server" },
  { heading: "Service", kind: "narrow" },
  { heading: "Denied at", kind: "narrow" },
];

function DeniedTable({ data, timeZone }: { readonly data: RowsJson; readonly timeZone: string }) {
  const place = (name: string): number => data.columns.findIndex((column) => column.name === name);
  const places = [
    "start_time",
    "client_ip",
    "server_ip",
    "server_port",
    "protocol",
    "decided_at",
    "conversation_id",
  ].map(place);
  return (
    <RankedTable columns={columns}>
      <tbody>
        {data.rows.map((row) => {
          const [time = null, client = null, server = null, port = null, protocol = null, decided = null, id] =
            places.map((each) => groupValue(row[each]));
          return (
            <tr key={`${id} ${time}`}>
              <td
                className={style["soft"]}
                title={time === null ? undefined : humanTime(Date.parse(time) * 1000, timeZone)}
              >
                {time === null ? "" : `${dayText(Date.parse(time), timeZone)} ${clockText(Date.parse(time), timeZone)}`}
              </td>
              <td>
                <Value field="client.ip" value={client} name={data.names[client ?? ""]} />
              </td>
              <td>
                <Value field="server.ip" value={server} name={data.names[server ?? ""]} />
              </td>
              <td>
                <Value field="service" value={serviceText(port, protocol)} />
              </td>
              <td>{decided === null ? "" : <Value field="decided_at" value={decided} />}</td>
            </tr>
          );
        })}
      </tbody>
    </RankedTable>
  );
}

/** As the service field has it: `443/tcp`, a protocol without ports alone. */
function serviceText(port: string | null, protocol: string | null): string | null {
  if (protocol === null) return null;
  const word = protocolText(Number(protocol));
  return port === null ? word : `${port}/${word}`;
}
