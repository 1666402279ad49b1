import { useEffect, useMemo } from "react";
import { useAnswer } from "../../client/answers.ts";
import { mapQuestion, useMap } from "../../client/map.ts";
import { useView } from "../../state/view.ts";
import { BetweenClouds } from "./between-clouds.tsx";
import { Cards } from "./cards.tsx";
import { CloudChart, VerdictChart } from "./charts.tsx";
import { NewestDenied, useRows } from "./newest-denied.tsx";
import { onceFilter, overviewQuestions } from "./questions.ts";
import { DeniedSources, Services, Talkers } from "./ranked.tsx";
import { SourceHealth, useSources } from "./source-health.tsx";
import style from "./overview.module.css";

/** What is going on, in all clouds at once. Questions are asked in the order in which the page is read. */
export default function OverviewPage() {
  const { view } = useView();
  const questions = useMemo(() => overviewQuestions(view), [view]);
  const overTime = useAnswer(questions.overTime);
  const totals = useAnswer(questions.totals);
  const talkers = useAnswer(questions.talkers);
  const services = useAnswer(questions.services);
  const deniedSources = useAnswer(questions.deniedSources);
  const classes = useAnswer(questions.classes);
  const addresses = useAnswer(questions.addresses);
  const denied = useRows(questions.newestDenied);
  const sources = useSources();
  const map = useMap(mapQuestion({ ...view, filter: onceFilter(view.filter) }));
  // The charts' library comes after the frame is drawn, and before the first answer needs it.
  useEffect(() => void import("../../chart/echarts.ts"), []);
  const strayRow = classes.data?.rows.find((row) => row["class"] === "stray");
  const strays = Number(strayRow?.["conversations"] ?? 0);
  return (
    <div className={style["overview"]}>
      <h1 className="visually-hidden">Overview</h1>
      <Cards totals={totals} overTime={overTime} addresses={addresses} />
      <div className={style["pair"]}>
        <CloudChart query={overTime} />
        <VerdictChart query={overTime} />
      </div>
      <div className={style["lists"]}>
        <Talkers query={talkers} />
        <Services query={services} />
      </div>
      <div className={style["lists"]}>
        <DeniedSources query={deniedSources} strays={strays} />
        <NewestDenied asked={questions.newestDenied} rows={denied} />
      </div>
      <div className={style["lists"]}>
        <BetweenClouds query={map} />
        <SourceHealth sources={sources} />
      </div>
    </div>
  );
}
