import { AddSource } from "./add-dialog.tsx";
import { Command } from "./command.tsx";
import style from "./sources.module.css";

/** What to type so that logs come in, once or by themselves. */
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
          Or for good, in <code>weir.yaml</code>; a server that is running begins within seconds:
        </p>
        <Command>weir add /srv/flow-logs</Command>
        <p>Files that grow are read on from where they ended; the same content never counts twice.</p>
      </div>
      <div>
        <h3>Out of the clouds</h3>
        <p>Where the logs are. It looks first, and says what reading costs and which rights it needs:</p>
        <Command>weir add s3://BUCKET</Command>
        <Command>weir add azblob://ACCOUNT/insights-logs-flowlogflowevent</Command>
        <p>Others, roles, queues, and what others send:</p>
        <AddSource className="button" />
      </div>
    </div>
  );
}
