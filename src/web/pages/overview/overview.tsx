import { useAnswer } from "../../client/answers.ts";
import { asked, useView } from "../../state/view.ts";
import { cellText, Measure } from "../../ui/numbers.tsx";
import { AnswerPanel } from "../../ui/panel.tsx";
import { Value } from "../../ui/value.tsx";

/** What is going on, in all clouds at once. */
export default function OverviewPage() {
  const { view } = useView();
  const top = useAnswer({ ...asked(view), by: ["client_ip"], measures: ["bytes", "conversations"], limit: 8 });
  return (
    <AnswerPanel title="Top clients" query={top} empty="Widen the time or the filter.">
      {({ rows, names }) => (
        <table className="table">
          <tbody>
            {rows.map((row) => {
              const ip = cellText(row["client_ip"]);
              return (
                <tr key={ip}>
                  <td>
                    <Value field="client.ip" value={ip} name={names[ip]} />
                  </td>
                  <td className="number">
                    <Measure value={row["bytes"] ?? null} unit="bytes" />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </AnswerPanel>
  );
}
