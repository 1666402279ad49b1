import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { EvidenceJson, EvidenceRecord, WhyJson } from "#api/contract/index.js";
import { request } from "../../client/request.ts";
import { Panel } from "../../ui/panel.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { Value } from "../../ui/value.tsx";
import { shortId } from "./on-call.ts";
import style from "./path.module.css";

type PathRecord = WhyJson["records"][number];

/** The records that the answer rests on: refusals first, then the newest. */
export function RecordsPanel({ records }: { readonly records: WhyJson["records"] }) {
  const [open, setOpen] = useState<string>();
  return (
    <Panel title="The records that say so">
      <div className={style["scroll"]}>
        <table className="table">
          <thead>
            <tr>
              <th>Time (UTC)</th>
              <th>From</th>
              <th>To</th>
              <th>Action</th>
              <th>Observer</th>
              <th>Record</th>
            </tr>
          </thead>
          <tbody>
            {records.map((record) => {
              const key = `${record.object_id}:${record.position}:${record.sub_position ?? ""}`;
              return (
                <Row
                  key={key}
                  record={record}
                  isOpen={open === key}
                  onToggle={() => setOpen(open === key ? undefined : key)}
                />
              );
            })}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

interface RowProps {
  readonly record: PathRecord;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function Row({ record, isOpen, onToggle }: RowProps) {
  const { time, src, dst, action, observer, object, position, sub_position: sub } = record;
  return (
    <>
      <tr className={style["record"]}>
        <td className={style["time"]}>{time.replace("T", " ").replace("Z", "")}</td>
        <td className={style["time"]}>{src}</td>
        <td className={style["time"]}>{dst}</td>
        <td>
          <span className={style["badge"]} data-refused={action === "deny" || action === "drop"}>
            {action}
          </span>
        </td>
        <td>{observer === null ? "" : <Value field="observer" value={observer} label={shortId(observer)} />}</td>
        <td>
          <button type="button" className={style["place"]} aria-expanded={isOpen} title={object} onClick={onToggle}>
            {fileText(object)}:{position}
            {sub === null ? "" : `.${sub}`}
          </button>
        </td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={6}>
            <RecordText record={record} />
          </td>
        </tr>
      )}
    </>
  );
}

const LONGEST = 30;

/** The end of a file's name: there the names of one flow log differ. */
function fileText(object: string): string {
  const name = shortId(object);
  return name.length <= LONGEST ? name : `…${name.slice(-LONGEST)}`;
}

/** The record as the cloud wrote it. */
function RecordText({ record }: { readonly record: PathRecord }) {
  const { object_id: objectId, position, sub_position: sub, time } = record;
  const flow = { object_id: objectId, position, time, ...(sub !== null && { sub_position: sub }) };
  const evidence = useQuery({
    queryKey: ["evidence", flow],
    queryFn: ({ signal }) => request<EvidenceJson>("/evidence", { method: "POST", body: { flow, limit: 1 }, signal }),
  });
  if (evidence.error !== null) return <Failed error={evidence.error} retry={() => void evidence.refetch()} />;
  const one = evidence.data?.records[0];
  if (evidence.data === undefined) return <Loading what="the record" />;
  return (
    <div className={style["text"]}>
      <p className={style["faint"]}>{record.object}</p>
      {one === undefined ? <p>The record is not kept any more.</p> : <Words record={one} />}
    </div>
  );
}

function Words({ record: { text, text_state: state, reason, sha256 } }: { readonly record: EvidenceRecord }) {
  return (
    <>
      {text !== null && <pre>{text}</pre>}
      <p className={style["faint"]}>
        {states[state]}
        {reason !== null && `: ${reason}`}
        {sha256 !== null && `. SHA-256 of the object ${sha256}`}
      </p>
    </>
  );
}

const states: Readonly<Record<EvidenceRecord["text_state"], string>> = {
  original: "Read just now from its object, which has the content that was read then",
  changed: "Its object has other content now",
  deleted: "Deleted at the source",
  unreadable: "Its object cannot be read now",
};
