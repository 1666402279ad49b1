import { parseAddress, type AddressWords } from "#base/address.js";
import type { TableReader } from "#query/index.js";
import { pending } from "./path-conclude.ts";
import { sideCoverage } from "./path-coverage.ts";
import { lossesOf } from "./path-losses.ts";
import { article, hopsOf, missingOf } from "./path-missing.ts";
import { outcomesOf } from "./path-outcomes.ts";
import { recordsOf } from "./path-records.ts";
import { judge } from "./path-sentence.ts";
import { sidesOf } from "./path-sides.ts";
import { Draft, hoursOf, readAll, textOf } from "./path-sql.ts";
import type { AddressHop, PathAnswer, PathCoverage, PathQuestion } from "./path-types.ts";

/** Explains what became of one end's attempts to reach another, from what was observed alone. */
export async function explainPath(question: PathQuestion, reader: TableReader): Promise<PathAnswer> {
  const outcomes = await outcomesOf(question, reader);
  const losses = await lossesOf(question, reader);
  const coverage = await coverageOf(question, reader);
  const isAnswered = outcomes.some(({ situation }) => situation !== "stray");
  const reverse = isAnswered ? [] : await outcomesOf(turned(question), reader);
  const opened = reverse.filter(({ situation }) => situation !== "stray");
  const { verdict, sentence, cases } = judge({ question, coverage, losses }, outcomes, opened);
  const [first] = cases;
  const main = first?.outcomes[0];
  const spoken = verdict === "mixed" ? cases.filter(({ isEarlier }) => !isEarlier) : cases.slice(0, 1);
  return {
    verdict,
    sentence,
    client: question.client,
    server: question.server,
    port: question.port ?? null,
    protocol: question.protocol ?? null,
    sides: sidesOf(
      spoken.flatMap((each) => each.outcomes),
      first?.verdict ?? verdict,
      coverage,
    ),
    cases,
    losses,
    outcomes,
    main: main ?? null,
    records: outcomes.length === 0 ? [] : await recordsOf(question, { main, isMixed: verdict === "mixed" }, reader),
    coverage,
    range: question.range,
  };
}

/** The other way round. Which port the other end serves is not what was asked. */
function turned({ client, server, protocol, range, logged, changers, told, pendingHours }: PathQuestion): PathQuestion {
  const ends = { client: server, server: client };
  return { ...ends, ...(protocol !== undefined && { protocol }), range, logged, changers, told, pendingHours };
}

async function coverageOf(question: PathQuestion, reader: TableReader): Promise<PathCoverage> {
  const { client, server, logged, pendingHours } = question;
  const sides = {
    client: await sideCoverage("client", question, reader),
    server: await sideCoverage("server", question, reader),
  };
  const hops = hopsOf(question, await hopsBetween(question, reader), await callersOf(question, reader));
  const found = { ...sides, hops, logged, pendingHours };
  const missing =
    logged === null
      ? ["there are no logs of this time"]
      : [
          ...missingOf("client", client, sides.client, logged),
          ...missingOf("server", server, sides.server, logged),
          ...hops.map(({ what }) => what),
          ...pending({ ...found, missing: [] }),
        ];
  return { ...found, missing: [...new Set(missing)] };
}

/** Records between the two whose packets had another address at the interface. */
async function hopsBetween(
  { client, server, range, changers }: PathQuestion,
  reader: TableReader,
): Promise<AddressHop[]> {
  const draft = new Draft();
  const between = (from: typeof client, to: typeof client): string =>
    `SELECT observer_id, coalesce(src_hop_ip, dst_hop_ip) AS hop FROM flows WHERE ${draft.within("src_ip", from.spans)} AND ${draft.within("dst_ip", to.spans)}
     AND (src_hop_ip IS NOT NULL OR dst_hop_ip IS NOT NULL) AND ${draft.during("time", range)}`;
  const rows = await readAll(
    reader,
    `SELECT DISTINCT observer_id, ip_text(hop) FROM (${between(client, server)} UNION ALL ${between(server, client)}) ORDER BY ALL LIMIT 3`,
    draft,
  );
  return rows.map(([observer, hop]) => {
    const found = changers.find(({ id }) => id !== null && id === observer);
    const place = observer === null ? "an interface" : textOf(observer);
    const through = found === undefined ? place : `${article(found.role)} (${found.name})`;
    return { what: `${through} between them gives packets the address ${textOf(hop)}`, through };
  });
}

/** Who else opened connections to the server's service: among them may be who passes the client's on. */
async function callersOf(
  { server, port, range, changers }: PathQuestion,
  reader: TableReader,
): Promise<AddressWords[]> {
  if (changers.length === 0) return [];
  const draft = new Draft();
  const service = port === undefined ? "" : `AND server_port = ${draft.bind(port)}`;
  const rows = await readAll(
    reader,
    `SELECT DISTINCT ip_text(client_ip) FROM conversations WHERE ${draft.within("server_ip", server.spans)} ${service}
     AND ${draft.within(
       "client_ip",
       changers.map(({ span }) => span),
     )} AND server_observer IS NOT NULL AND ${draft.during("time", hoursOf(range))} LIMIT 20`,
    draft,
  );
  return rows.map(([address]) => parseAddress(textOf(address))).filter((address) => address !== undefined);
}
