import { Upload as UploadIcon } from "lucide-react";
import type { SourcesJson } from "#api/contract/index.js";
import { useSession } from "../../client/session.ts";
import { useSources } from "../../client/sources.ts";
import { Panel } from "../../ui/panel.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { AddSource } from "./add-dialog.tsx";
import { AddSources } from "./add-sources.tsx";
import { CalendarPanel } from "./calendar-panel.tsx";
import { CollectingPanel } from "./collecting-panel.tsx";
import { DropAnywhere, FileButton } from "./drop-area.tsx";
import { FieldsPanel, MalformedPanel, ProblemsPanel } from "./faults.tsx";
import { GradesPanel } from "./grades-panel.tsx";
import { LakePanel } from "./lake-panel.tsx";
import { ObjectsPanel } from "./objects-panel.tsx";
import { PushPanel } from "./push-panel.tsx";
import { Running } from "./running.tsx";
import { SourceTable } from "./source-table.tsx";
import { UploadProgress } from "./upload-state.tsx";
import { useUpload } from "./use-upload.ts";
import style from "./sources.module.css";

/** Where the data came from, whether it can be trusted, and how more comes in. */
export default function SourcesPage() {
  const sources = useSources();
  const session = useSession();
  const { upload, send, clear } = useUpload();
  const mayWrite = session.data?.user?.role === "admin";
  return (
    <div className={style["page"]}>
      <header className={style["head"]}>
        <h1>Sources</h1>
        <span className={style["space"]} />
        <AddSource className="button" />
        {mayWrite && (
          <FileButton className="button button-main" onFiles={send} disabled={upload.phase === "sending"}>
            <UploadIcon size={14} aria-hidden="true" />
            Add log files
          </FileButton>
        )}
      </header>
      {mayWrite && <DropAnywhere onFiles={send} />}
      <UploadProgress upload={upload} clear={clear} />
      <Running />
      {sources.error !== null && <Failed error={sources.error} retry={() => void sources.refetch()} />}
      {sources.error === null && sources.data === undefined && <Loading what="the sources" />}
      {sources.data !== undefined && <Parts sources={sources.data} />}
      <Panel title="More logs">
        <AddSources />
      </Panel>
    </div>
  );
}

function Parts({ sources }: { readonly sources: SourcesJson }) {
  return (
    <>
      <Panel title="Where logs come from">
        <SourceTable sources={sources.sources} />
      </Panel>
      <PushPanel sources={sources.sources} />
      <CollectingPanel sources={sources.sources} />
      <CalendarPanel />
      <GradesPanel />
      <MalformedPanel sources={sources} />
      {sources.problems.length > 0 && <ProblemsPanel problems={sources.problems} />}
      {Object.keys(sources.unknown_fields).length > 0 && <FieldsPanel fields={sources.unknown_fields} />}
      <ObjectsPanel sources={sources.sources} />
      <LakePanel sources={sources} />
    </>
  );
}
