import { useView } from "../state/view.ts";

/** The time of every page. */
export function TimePicker() {
  const { view, change } = useView();
  return (
    <select
      className="input"
      aria-label="Time"
      value={view.from}
      onChange={(event) => change({ from: event.target.value, to: "" })}
    >
      <option value="">24 h to the newest flow</option>
      <option value="-1h">last hour</option>
      <option value="-24h">last 24 hours</option>
    </select>
  );
}
