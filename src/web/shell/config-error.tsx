import { useNews } from "../client/events.ts";
import style from "./config-error.module.css";

/** Says on every page that weir.yaml was changed and is wrong, until it is mended. */
export function ConfigError() {
  const { configError } = useNews();
  if (configError === null) return null;
  const { place, message, next } = configError;
  return (
    <section className={style["banner"]} role="alert" aria-label="The configuration is wrong">
      <p>
        <strong>The configuration is wrong.</strong> What it said before is still in force.
      </p>
      <p>
        {place !== null && <code>{place}</code>} {message}
      </p>
      {next !== null && <pre>{next}</pre>}
    </section>
  );
}
