import type { WhyJson } from "#api/contract/index.js";
import { counted } from "#base/human.js";

type Case = WhyJson["cases"][number];
type Loss = WhyJson["losses"][number];
type Outcome = WhyJson["outcomes"][number];
type Reason = Loss["reason"];

/** Why a transit gateway loses packets: as few words, who mends it where, and what to look at. */
const reasons: Readonly<Record<Reason, readonly [words: string, mend: string, next: string]>> = {
  no_route: [
    "no route",
    "the route table of that attachment has no route to the address",
    "The transit gateway's route table for that attachment: a route to the address, propagated or static; then whether the attachment is associated with the table that people think it is.",
  ],
  blackhole: [
    "blackhole route",
    "the route to the address is a blackhole",
    "The transit gateway's route table for that attachment: the route in state blackhole. It was made so, or the attachment that it points to was deleted.",
  ],
  mtu_exceeded: [
    "MTU exceeded",
    "packets are larger than what it passes on",
    "The MTU of both hosts (a transit gateway takes 8,500 bytes, a VPN attachment less), and whether ICMP for path MTU discovery is let through.",
  ],
  ttl_expired: [
    "time to live ran out",
    "packets went around until their time to live ran out",
    "Routes for a loop between attachments, peered gateways and appliances.",
  ],
};

/** The loss that explains why nothing came through: of the direction that was lost first, the one of most packets. */
export function explaining(why: WhyJson, one: Case | undefined): Loss | undefined {
  const losses = one === undefined ? why.losses : lossesOfCase(why, one);
  return losses.find(({ direction }) => direction === "request") ?? losses[0];
}

export function lossMend(loss: Loss): string {
  const { gateway, attachment, direction, reason } = loss;
  const where = `transit gateway ${gateway ?? "on the way"}${attachment === null ? "" : `, attachment ${attachment}`}`;
  const whose = direction === "answer" ? " (packets on their way back)" : "";
  return `Whoever runs ${where}${whose}: ${reasons[reason][1]}.`;
}

export function lossNext({ reason }: Loss): string {
  return reasons[reason][2];
}

/** The reasons of these losses in few words, the most packets first. */
export function lossReasons(losses: readonly Loss[]): string {
  return [...new Set(losses.map(({ reason }) => reasons[reason][0]))].join(", ");
}

export function isOfService({ port, protocol }: Loss, outcome: Pick<Outcome, "port" | "protocol">): boolean {
  return protocol === outcome.protocol && (outcome.port === null || outcome.port === port);
}

/** What was lost of a case's own packets. What came through beside packets that all were lost has none of theirs. */
export function lossesOfCase({ losses, cases, outcomes }: WhyJson, one: Case): Loss[] {
  const servicesOf = (each: Case): Outcome[] => each.outcomes.flatMap((at) => outcomes[at] ?? []);
  const others = cases.filter((each) => each !== one && each.verdict === "dropped").flatMap(servicesOf);
  return losses.filter(
    (loss) =>
      servicesOf(one).some((outcome) => isOfService(loss, outcome)) &&
      (one.verdict === "dropped" || !others.some((outcome) => isOfService(loss, outcome))),
  );
}

/** What a gateway lost in one direction for one reason, and where. */
export interface LossLine {
  readonly text: string;
  /** Gateway and attachment, a line each. */
  readonly place: string;
}

/** `no route: 3 packets of the request`, one line for each reason of an attachment in a direction. */
export function lossLines(losses: readonly Loss[]): LossLine[] {
  const sums = new Map<string, { loss: Loss; packets: number }>();
  for (const loss of losses) {
    const key = [loss.direction, loss.gateway, loss.attachment, loss.reason].join(" ");
    const before = sums.get(key);
    sums.set(key, { loss, packets: (before?.packets ?? 0) + loss.packets });
  }
  return [...sums.values()].map(({ loss: { direction, gateway, attachment, reason }, packets }) => ({
    text: `${reasons[reason][0]}: lost ${counted(packets, "packet")} of the ${direction}`,
    place: [gateway, attachment].filter((part) => part !== null).join("\n"),
  }));
}
