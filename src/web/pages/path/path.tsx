import { useEffect } from "react";
import { useWhy } from "../../client/answers.ts";
import { asked as askedOf, useView } from "../../state/view.ts";
import { Loading } from "../../ui/states.tsx";
import { CoveragePanel } from "./coverage-panel.tsx";
import { OutcomesPanel } from "./outcomes-panel.tsx";
import { PathForm } from "./path-form.tsx";
import { PathProblem } from "./path-problem.tsx";
import { RecentPaths } from "./recent-paths.tsx";
import { RecordsPanel } from "./records-panel.tsx";
import { rememberPath } from "./recent.ts";
import { VerdictPanel } from "./verdict-panel.tsx";
import style from "./path.module.css";

/** Why can A not reach B? */
export default function PathPage() {
  const { view, parameters, change } = useView();
  const [client, server] = [parameters.get("client") ?? "", parameters.get("server") ?? ""];
  const isAsked = client !== "" && server !== "";
  const { from, to } = askedOf(view);
  const question = { client, server, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const why = useWhy(isAsked ? question : undefined);
  const ask = (asker: string, target: string): void => change({ client: asker, server: target });
  const isAnswered = why.data !== undefined;
  useEffect(() => {
    if (isAnswered) rememberPath({ client, server });
  }, [isAnswered, client, server]);
  return (
    <div className={style["page"]}>
      <h1>Why can A not reach B?</h1>
      <PathForm key={`${client}\n${server}`} client={client} server={server} onAsk={ask} />
      {view.filter !== "" && (
        <p className={style["faint"]}>
          The filter above is not used here: the question is about two ends. The time is.
        </p>
      )}
      {why.error !== null && (
        <PathProblem error={why.error} asked={question} onAsk={ask} retry={() => void why.refetch()} />
      )}
      {isAsked && why.isPending && <Loading what="what the logs of both sides say" />}
      {why.data !== undefined && (
        <>
          <VerdictPanel why={why.data} asked={question} onAsk={ask} />
          {why.data.outcomes.length > 0 && <OutcomesPanel why={why.data} asked={question} />}
          {why.data.records.length > 0 && <RecordsPanel records={why.data.records} />}
          <CoveragePanel why={why.data} />
        </>
      )}
      <RecentPaths shown={{ client, server }} onAsk={ask} isQuiet={isAsked} />
    </div>
  );
}
