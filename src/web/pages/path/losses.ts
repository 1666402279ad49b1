import type { WhyJson } from "#api/contract/index.js";
import { fullCount } from "#base/human.js";

type Loss = WhyJson["losses"][number];
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

/** Losses of one direction that explain why nothing came through: those of the direction that was lost first. */
export function explaining(why: WhyJson): Loss | undefined {
  return why.losses.find(({ direction }) => direction === "request") ?? why.losses[0];
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

/** `3 packets lost: no route (tgw-0abc, tgw-attach-1)`, one line for each of a gateway's reasons in a direction. */
export function lossLines(losses: readonly Loss[]): string[] {
  const sums = new Map<string, { loss: Loss; packets: number }>();
  for (const loss of losses) {
    const key = [loss.direction, loss.gateway, loss.attachment, loss.reason].join(" ");
    const before = sums.get(key);
    sums.set(key, { loss, packets: (before?.packets ?? 0) + loss.packets });
  }
  return [...sums.values()].map(({ loss: { direction, gateway, attachment, reason }, packets }) => {
    const place = [gateway, attachment].filter((part) => part !== null).join(", ");
    const count = `${fullCount(packets)} ${packets === 1 ? "packet" : "packets"}`;
    return `${count} of the ${direction} lost: ${reasons[reason][0]}${place === "" ? "" : ` (${place})`}`;
  });
}
