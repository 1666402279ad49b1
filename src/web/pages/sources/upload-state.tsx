import { X } from "lucide-react";
import type { IngestReportJson } from "#api/contract/index.js";
import { counted, fullCount, humanBytes, humanSeconds } from "#base/human.js";
import { useNews } from "../../client/events.ts";
import { Failed } from "../../ui/states.tsx";
import { Progress } from "./progress.tsx";
import type { UploadState } from "./use-upload.ts";
import style from "./upload.module.css";

/** Where an upload stands: how far it is, then what became of it. */
export function UploadProgress({ upload, clear }: Omit<UploadState, "send">) {
  const { collects } = useNews();
  if (upload.phase === "idle") return null;
  return (
    <section className={style["upload"]} aria-label="Upload" aria-live="polite">
      {upload.phase === "sending" && <Sending upload={upload} read={collects[`upload:${upload.job}`]?.records ?? 0} />}
      {upload.phase === "done" && <Report report={upload.report} />}
      {upload.phase === "failed" && <Failed error={upload.error} />}
      <button
        type="button"
        className="button button-quiet"
        onClick={clear}
        aria-label={upload.phase === "sending" ? "Stop sending" : "Close the report"}
      >
        <X size={16} aria-hidden="true" />
      </button>
    </section>
  );
}

function Sending({
  upload,
  read,
}: {
  readonly upload: Extract<UploadState["upload"], { phase: "sending" }>;
  readonly read: number;
}) {
  const { files, sentBytes, totalBytes } = upload;
  const isSent = sentBytes >= totalBytes;
  const text = isSent
    ? `Reading ${counted(files, "file")}${read > 0 ? `: ${fullCount(read)} records` : ""} …`
    : `Sending ${counted(files, "file")}: ${humanBytes(sentBytes)} of ${humanBytes(totalBytes)}`;
  return <Progress text={text} share={isSent ? undefined : sentBytes / totalBytes} />;
}

/** What became of files, in words and with every problem. */
export function Report({ report }: { readonly report: IngestReportJson }) {
  const { objects, records, problems, flows_by_type: types } = report;
  const others = (["unchanged", "grown", "skipped", "failed"] as const).filter((outcome) => objects[outcome] > 0);
  return (
    <div className={style["report"]}>
      <strong>{headline(report)}</strong>
      <p>
        {Object.entries(types)
          .map(([type, flows]) => `${fullCount(flows)} ${type}`)
          .concat(records.nodata > 0 ? `${fullCount(records.nodata)} without traffic` : [])
          .concat(records.skipdata > 0 ? `${fullCount(records.skipdata)} lost by the cloud` : [])
          .concat(records.malformed > 0 ? `${fullCount(records.malformed)} malformed` : [])
          .concat(others.map((outcome) => `${counted(objects[outcome], "file")} ${outcome}`))
          .join(" · ")}
      </p>
      {problems.length > 0 && (
        <ul>
          {problems.slice(0, 20).map(({ object, code, message }) => (
            <li key={`${code} ${object}`}>
              <span className={style["object"]}>{fileOf(object)}</span> {message}
            </li>
          ))}
          {problems.length > 20 && <li>… and {fullCount(problems.length - 20)} more, under Problems</li>}
        </ul>
      )}
    </div>
  );
}

function headline({ objects, records, seconds }: IngestReportJson): string {
  const read = objects.read + objects.grown;
  if (read > 0)
    return `Read ${counted(records.total, "record")} of ${counted(read, "file")} in ${humanSeconds(seconds)}`;
  if (objects.unchanged > 0 && objects.failed + objects.skipped === 0)
    return "Nothing new: the lake has all of this already";
  return "Nothing could be read";
}

/** Uploads are called upload:HASH/NAME. */
function fileOf(key: string): string {
  return key.replace(/^upload:[0-9a-f]{64}\//, "");
}
