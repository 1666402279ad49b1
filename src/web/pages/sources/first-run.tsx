import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Play, Upload as UploadIcon } from "lucide-react";
import { Link } from "wouter";
import type { IngestReportJson } from "#api/contract/index.js";
import { useNews } from "../../client/events.ts";
import { request } from "../../client/request.ts";
import { SESSION_KEY, useSession } from "../../client/session.ts";
import { Failed } from "../../ui/states.tsx";
import { AddSources } from "./add-sources.tsx";
import { DropAnywhere, FileButton } from "./drop-area.tsx";
import { Progress } from "./progress.tsx";
import { UploadProgress } from "./upload-state.tsx";
import { useUpload } from "./use-upload.ts";
import style from "./first-run.module.css";

/** The first page of a lake with nothing to show: it leads to the demo world or to the first own logs. */
export default function FirstRunPage() {
  const session = useSession();
  const client = useQueryClient();
  const { upload, send, clear } = useUpload();
  const demo = useMutation({
    mutationFn: () => request<IngestReportJson>("/demo", { method: "POST", body: {} }),
    onSuccess: () => client.invalidateQueries({ queryKey: SESSION_KEY }),
  });
  const lake = session.data?.lake;
  if (lake?.has_flows === true) return <Deriving />;
  const mayWrite = session.data?.user?.role === "admin";
  const isBusy = demo.isPending || upload.phase === "sending";
  return (
    <div className={style["page"]}>
      <header>
        <h1>This lake is empty</h1>
        <p>
          Weir reads the flow logs of AWS, Azure and Google Cloud, and answers who talked to whom, and what was denied.
        </p>
      </header>
      {!mayWrite && (
        <p className={style["note"]}>
          An admin of this Weir can bring logs in, here or with the commands below. This page goes on by itself.
        </p>
      )}
      {mayWrite && (
        <>
          <DropAnywhere onFiles={send} />
          <UploadProgress upload={upload} clear={clear} />
          <div className={style["ways"]}>
            <section className={style["way"]} aria-labelledby="own">
              <h2 id="own">Your own logs</h2>
              <p>Drop files or folders anywhere on this page. Any flow log as its cloud writes it, gzipped or not.</p>
              <FileButton className="button button-main" onFiles={send} disabled={isBusy}>
                <UploadIcon size={14} aria-hidden="true" />
                Choose log files
              </FileButton>
            </section>
            <section className={style["way"]} aria-labelledby="demo">
              <h2 id="demo">A world to try</h2>
              <p>
                Six hours of a made-up company in two clouds, with attacks, faults and misconfigurations to find. In
                this lake: keep it apart from your own logs.
              </p>
              {demo.isPending ? (
                <DemoProgress />
              ) : (
                <button type="button" className="button" disabled={isBusy} onClick={() => demo.mutate()}>
                  <Play size={14} aria-hidden="true" />
                  Make the demo world
                </button>
              )}
              {demo.error !== null && <Failed error={demo.error} retry={() => demo.mutate()} />}
            </section>
          </div>
        </>
      )}
      <section aria-label="What to type">
        <AddSources />
      </section>
    </div>
  );
}

function DemoProgress() {
  const { collects } = useNews();
  const now = collects["demo"];
  if (now?.state !== "running") return <Progress text="Making the world …" share={undefined} />;
  if (now.message !== null) return <Progress text={now.message} share={undefined} />;
  return (
    <Progress
      text={`Reading its logs: ${now.records.toLocaleString("en-US")} records`}
      share={now.bytes_total > 0 ? now.bytes / now.bytes_total : undefined}
    />
  );
}

/** Flows are there, and conversations are being made of them: the pages open by themselves when there is something in them. */
function Deriving() {
  const { derive } = useNews();
  const isFailed = derive?.state === "failed";
  return (
    <div className={style["page"]}>
      <header>
        <h1>Almost there</h1>
        <p>
          The logs are read. Now conversations are made of their records; this page goes on when the first are there.{" "}
          <Link href="/sources">What was read</Link>
        </p>
      </header>
      {isFailed ? (
        <p className={style["failed"]} role="alert">
          {derive.message} – it is tried again.
        </p>
      ) : (
        <Progress
          text={
            derive === undefined
              ? "Making conversations …"
              : `Making conversations: ${derive.hours} of ${derive.hours_total} hours`
          }
          share={derive === undefined || derive.hours_total === 0 ? undefined : derive.hours / derive.hours_total}
        />
      )}
    </div>
  );
}
