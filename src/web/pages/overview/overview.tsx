import { useMemo } from "react";
import { useAnswer } from "../../client/answers.ts";
import { useView } from "../../state/view.ts";
import { BetweenClouds } from "./between-clouds.tsx";
import { Cards } from "./cards.tsx";
import { CloudChart, VerdictChart } from "./charts.tsx";
import { cloudTraffic } from "./clouds.ts";
import { NewestDenied } from "./newest-denied.tsx";
import { overviewQuestions } from "./questions.ts";
import { DeniedSources, Services, Talkers } from "./ranked.tsx";
import { SourceHealth } from "./source-health.tsx";
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
  const clouds = useAnswer(questions.clouds);
  const addresses = useAnswer(questions.addresses);
  const strays = useMemo(
    () => (clouds.data === undefined ? undefined : cloudTraffic(clouds.data).strays),
    [clouds.data],
  );
  return (
    <div className={style["overview"]}>
      <h1 className="visually-hidden">Overview</h1>
      <Cards totals={totals} overTime={overTime} addresses={addresses} />
      <div className={style["pair"]}>
        <CloudChart query={overTime} />
        <VerdictChart query={overTime} />
      </div>
      <div className={style["pair"]}>
        <Talkers query={talkers} />
        <Services query={services} />
      </div>
      <div className={style["pair"]}>
        <DeniedSources query={deniedSources} strays={strays} />
        <NewestDenied rows={questions.newestDenied} />
      </div>
      <div className={style["pair"]}>
        <BetweenClouds query={clouds} />
        <SourceHealth />
      </div>
    </div>
  );
}
