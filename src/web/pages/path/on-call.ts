import type { WhyJson } from "#api/contract/index.js";
import { counted, fullCount, humanBytes } from "#base/human.js";
import { plainText } from "#filter/index.js";
import { explaining, lossesOfCase, lossMend, lossNext } from "./losses.ts";

type Outcome = WhyJson["outcomes"][number];
type Case = WhyJson["cases"][number];
type SideName = "client" | "server";

/** What somebody on call needs, made of the verdict's data and of nothing else. */
export interface OnCall {
  readonly happened: string;
  readonly mend: string;
  readonly next: string;
}

const clouds: Readonly<Record<string, string>> = { aws: "AWS", azure: "Azure", gcp: "Google Cloud" };

/** What happened, who can mend it where, and what to look at next. */
export function onCall(why: WhyJson): OnCall {
  const main = why.main === null ? undefined : why.outcomes[why.main];
  return { happened: happened(why, main), mend: mend(why, main), next: next(why, main) };
}

function happened(why: WhyJson, main: Outcome | undefined): string {
  const now = why.cases.filter(({ earlier }) => !earlier);
  const spoken = why.verdict === "mixed" ? now : now.slice(0, 1);
  const [one] = spoken;
  if (one === undefined || main === undefined) {
    const from = `${minute(why.range.from)} and ${minute(why.range.to)}`;
    return why.verdict === "reverse"
      ? `Only ${endText(why, "server")} opened connections to ${endText(why, "client")} between ${from}.`
      : `No record of this between ${from} UTC.`;
  }
  const sum = (count: (each: Case) => number): number => spoken.reduce((all, each) => all + count(each), 0);
  const time = timeOf(
    spoken.reduce((least, { first }) => (first < least ? first : least), one.first),
    spoken.reduce((most, { last }) => (last > most ? last : most), one.last),
  );
  const conversations = sum((each) => each.conversations);
  const what =
    spoken.length > 1
      ? spoken.map((each) => `${lower(each.says)} (${fullCount(each.conversations)})`).join("; ")
      : (situations[main.situation] ?? main.situation);
  return `${counted(conversations, "conversation")}${amountOf(why, spoken)}, ${time} UTC: ${what}.`;
}

/** Tries where something did not come through, bytes where all did. */
function amountOf(why: WhyJson, [one, ...others]: readonly Case[]): string {
  if (one === undefined || others.length > 0) return "";
  const bytes = one.outcomes.reduce((sum, at) => sum + (why.outcomes[at]?.bytes ?? 0), 0);
  if (one.verdict === "allowed") return bytes > 0 ? `, ${humanBytes(bytes)}` : "";
  const tries = counted(one.attempts, one.verdict === "stray" ? "packet" : "attempt");
  return one.attempts > one.conversations ? ` (${tries})` : "";
}

function timeOf(first: string, last: string): string {
  return minute(first) === minute(last) ? `at ${minute(first)}` : `from ${minute(first)} to ${minute(last)}`;
}

const situations: Readonly<Record<string, string>> = {
  allowed: "let through",
  denied: "the request was refused",
  answer_denied: "the request passed, its answer was refused",
  dropped: "a gateway on the way did not pass it on",
  answer_dropped: "it arrived, and a gateway did not pass its answer on",
  closed_port: "the host answered with a reset",
  one_way: "sent, and nothing came back",
  unanswered: "no answer came",
  mixed: "let through and refused in the same connections",
  stray: "late packets of connections that were over",
};

function mend(why: WhyJson, main: Outcome | undefined): string {
  switch (why.verdict) {
    case "allowed":
      return lossesOf(why).map(lossMend)[0] ?? "Nothing in the network: it was let through when it was last tried.";
    case "denied":
      return refusing(why, main);
    case "dropped":
      return dropping(why, main, why.cases[0]);
    case "lost":
      return "Whoever runs what lies between: routes, peerings, gateways, firewalls. The client's side let it out, and it never came to the server's.";
    case "unanswered":
      return main?.server_verdict === "allowed"
        ? `Whoever runs ${endText(why, "server")}: the network let it in, and the host is silent.`
        : "Nobody can be named: where it ended cannot be said.";
    case "closed_port":
      return `Whoever runs the service on ${endText(why, "server")}: the network let it in, and nothing listens there.`;
    case "mixed":
      return stopped(why);
    case "stray":
      return "Nobody: these are no attempts.";
    case "reverse":
      return "Nobody: nothing was tried in this direction.";
    case "unseen":
      return `Whoever runs ${endText(why, "client")}: both sides are logged whole, and nothing left it.`;
    case "unknown":
      return "Nobody can be named: the logs cannot tell where it ended.";
  }
}

/** What was lost of what the verdict speaks of. */
function lossesOf(why: WhyJson): WhyJson["losses"] {
  return why.cases.slice(0, 1).flatMap((one) => lossesOfCase(why, one));
}

const MOST_STOPPED = 2;

/** Of several cases, who stopped those that were stopped. */
function stopped(why: WhyJson): string {
  const found = why.cases.filter(({ verdict, earlier }) => !earlier && (verdict === "denied" || verdict === "dropped"));
  if (found.length === 0) return "It is not one cause: see what became of each below.";
  const who = found.slice(0, MOST_STOPPED).map((one) => {
    const outcome = why.outcomes[one.outcomes[0] ?? -1];
    return one.verdict === "denied" ? refusing(why, outcome) : dropping(why, outcome, one);
  });
  const more = found.length - who.length;
  return [...who, ...(more > 0 ? [`And of ${counted(more, "more case")}: see each below.`] : [])].join(" ");
}

function dropping(why: WhyJson, outcome: Outcome | undefined, one: Case | undefined): string {
  const loss = explaining(why, one);
  if (loss !== undefined) return lossMend(loss);
  return `Whoever runs the gateway on the way: its log says that it dropped it${outcome?.reason ? ` (${outcome.reason})` : ""}.`;
}

/** Who refused: the rule if the log names one, else what can refuse there, with side, cloud and interface. */
function refusing(why: WhyJson, outcome: Outcome | undefined): string {
  if (outcome === undefined) return "The side that refused is not known.";
  const cloud = outcome.provider === null ? undefined : (clouds[outcome.provider] ?? outcome.provider);
  const side = outcome.decided_at === "client" || outcome.decided_at === "server" ? outcome.decided_at : undefined;
  const where = [
    side === undefined ? placeWords[outcome.decided_at] : `at the ${side}'s side`,
    cloud,
    side === undefined ? undefined : interfaceOf(why, side),
  ].filter((part) => part !== undefined);
  return `${upper(refuser(outcome))}: ${where.join(", ")}.`;
}

const placeWords: Readonly<Record<string, string>> = {
  both: "at both sides",
  transit: "on the way",
  unknown: "the log does not tell at which side",
};

function refuser({ rule, provider, situation }: Outcome): string {
  if (provider === "aws" && situation === "answer_denied") return "the network ACL, which has no rule for the way back";
  if (rule !== null) return `rule ${rule}`;
  return provider === "aws"
    ? "a security group or the network ACL (AWS logs do not say which)"
    : "a rule that the log does not name";
}

/** The interface that recorded the refusal, else the one that is known at that side. */
function interfaceOf({ records, coverage }: WhyJson, side: SideName): string | undefined {
  const { observers } = coverage[side];
  const said = records.find(
    ({ action, observer }) =>
      (action === "deny" || action === "drop") && observer !== null && observers.includes(observer),
  );
  const one = said?.observer ?? (observers.length === 1 ? observers[0] : undefined);
  return one === undefined || one === null ? undefined : `interface ${shortId(one)}`;
}

function next(why: WhyJson, main: Outcome | undefined): string {
  const [missing] = why.coverage.missing;
  switch (why.verdict) {
    case "allowed":
      return (
        lossesOf(why).map(lossNext)[0] ??
        "If people still complain: the application behind it, or another address than this one."
      );
    case "denied":
      return deniedNext(why, main);
    case "dropped":
      return droppedNext(why);
    case "lost":
      return "Routes in both directions, then peerings and gateways between the two networks.";
    case "unanswered":
      return "Whether the service runs, and the firewall of the host itself.";
    case "closed_port":
      return "Whether the service runs, and which port and address it listens at.";
    case "mixed":
      return mixedNext(why);
    case "stray":
      return "Whether anything is wrong at all: these packets came too late for their connections.";
    case "reverse":
      return "The direction of the question: ask the other way around.";
    case "unseen":
      return "The client: its names, its own firewall, whether it uses another address.";
    case "unknown":
      return missing === undefined ? "What the logs of both sides cover, below." : `What is not known: ${missing}.`;
  }
}

function deniedNext(why: WhyJson, main: Outcome | undefined): string {
  if (main?.situation === "answer_denied")
    return `The rules for answers at that side: they go to the client's own port${answerPort(why)}, which is another one for each connection.`;
  if (main === undefined || main.rule !== null || main.provider !== "aws")
    return "Whether that rule is meant for this traffic; then its order and its source.";
  const way = { client: "outbound ", server: "inbound " }[main.decided_at] ?? "";
  return `The ${way}rules of the interface's security groups; then those of its subnet's network ACL, where the first match decides.`;
}

/** What would tell the cases apart. */
function mixedNext({ port, client, server }: WhyJson): string {
  if (port === null) return "Ports one by one: write one into the field Port.";
  const isMany = [client, server].some(({ addresses, more_addresses: more }) => addresses.length + more > 1);
  return isMany
    ? "Addresses one by one: name one at either end."
    : "When it was which: choose shorter times above, and see whether a rule was changed or several hosts share the address.";
}

function droppedNext(why: WhyJson): string {
  const loss = explaining(why, why.cases[0]);
  return loss === undefined ? "The gateway's routes, and the size of packets on the way (MTU)." : lossNext(loss);
}

/** The port that the newest refused answer was sent to. */
function answerPort({ records }: WhyJson): string {
  const port = records.find(({ action }) => action === "deny")?.dst.match(/:(\d+)$/)?.[1];
  return port === undefined ? "" : ` (${port} the last time)`;
}

/** An end as people call it, with what they asked for. */
function endText(why: WhyJson, side: SideName): string {
  const { asked, name } = why[side];
  return name === null ? asked : `${asked} (${name})`;
}

/** The filter of the conversations that the answer is about; undefined where its addresses are too many for one. */
export function conversationsFilter({ client, server, port, protocol }: WhyJson): string | undefined {
  const ends = [endFilter("client", client), endFilter("server", server)];
  if (ends.includes(undefined)) return undefined;
  return [
    ...ends,
    ...(port === null ? [] : [`server.port = ${port}`]),
    ...(protocol === null ? [] : [`protocol = ${protocol}`]),
  ].join(" and ");
}

function endFilter(side: SideName, { asked, addresses, more_addresses: more }: WhyJson["client"]): string | undefined {
  if (/^[\d.]+\/\d+$|^[\da-f:]+\/\d+$/i.test(asked)) return `${side}.ip in ${asked}`;
  if (more > 0 || addresses.length === 0 || addresses.some((address) => address.includes("-"))) return undefined;
  const [first = "", ...others] = addresses.map((address) => plainText(address));
  return others.length === 0 ? `${side}.ip = ${first}` : `${side}.ip in (${[first, ...others].join(", ")})`;
}

/** The last part of Azure's long ids. */
export function shortId(id: string): string {
  return id.split("/").at(-1) ?? id;
}

function minute(time: string): string {
  return time.slice(0, 16).replace("T", " ");
}

function lower(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

/** As a sentence begins. */
export function upper(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
