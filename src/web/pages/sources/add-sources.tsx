import { Command } from "./command.tsx";
import style from "./sources.module.css";

/** What to type so that logs come in by themselves; and what Weir does not do yet. */
export function AddSources() {
  return (
    <div className={style["steps"]}>
      <div>
        <h3>Once</h3>
        <p>Files or folders on the machine where Weir runs:</p>
        <Command>weir ingest ./flow-logs</Command>
        <p>Or drop them on this page.</p>
      </div>
      <div>
        <h3>As they come</h3>
        <p>Have the server look into folders. Short form:</p>
        <Command>weir serve --watch /srv/flow-logs</Command>
        <p>
          Or <code>weir.yaml</code> in the lake’s folder, then start <code>weir serve</code> again:
        </p>
        <Command>{"sources:\n  - name: production\n    folder: /srv/flow-logs\n    every: 1m"}</Command>
      </div>
      <div>
        <h3>Out of the clouds</h3>
        <p>Weir does not fetch from buckets itself yet. Copy into a watched folder, with cron for example:</p>
        <Command>aws s3 sync s3://BUCKET/AWSLogs /srv/flow-logs/aws</Command>
        <Command>
          {
            "azcopy sync 'https://ACCOUNT.blob.core.windows.net/insights-logs-flowlogflowevent?SAS' /srv/flow-logs/azure"
          }
        </Command>
        <Command>gcloud storage rsync -r gs://BUCKET /srv/flow-logs/gcp</Command>
        <p>Files that grow are read on from where they ended; the same content never counts twice.</p>
      </div>
    </div>
  );
}
