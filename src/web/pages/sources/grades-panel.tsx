import { useLogs } from "../../client/sources.ts";
import { useTimeRange } from "../../state/time.ts";
import { useView } from "../../state/view.ts";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { BetterLog } from "./better-log.tsx";
import { keyOfLog } from "./grade-words.ts";
import { GradesTable } from "./grades-table.tsx";
import { MigrationList } from "./migration-list.tsx";

/** What flow logs that wrote in the chosen time can answer, how to make them answer more, and the way out of NSG flow logs. */
export function GradesPanel() {
  const { fromMs, toMs } = useTimeRange();
  const { parameters, change } = useView();
  const query = useLogs({ from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() });
  const { data, error } = query;
  const chosen = data?.flow_logs.find((log) => keyOfLog(log) === parameters.get("log"));
  return (
    <>
      <Panel title="What these logs can answer">
        {error !== null && <Failed error={error} retry={() => void query.refetch()} />}
        {error === null && data === undefined && <Loading what="the flow logs" />}
        {data !== undefined && data.flow_logs.length === 0 && (
          <Empty title="No flow log wrote anything in this time.">Choose a longer time above.</Empty>
        )}
        {data !== undefined && data.flow_logs.length > 0 && (
          <>
            <GradesTable logs={data} chosen={chosen} choose={(log) => change({ log: log ?? "" })} />
            {chosen !== undefined && <BetterLog key={keyOfLog(chosen)} log={chosen} questions={data.questions} />}
          </>
        )}
      </Panel>
      {data?.migration !== undefined && data.migration !== null && (
        <Panel title="From NSG to VNet flow logs">
          <MigrationList migration={data.migration} />
        </Panel>
      )}
    </>
  );
}
