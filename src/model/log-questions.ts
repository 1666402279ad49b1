interface LogQuestion {
  readonly id: string;
  /** Short, for the head of a column. */
  readonly title: string;
  readonly question: string;
  /** Why it matters: what becomes of answers without it. */
  readonly why: string;
}

/** What flow logs are asked, in the order of screens. */
export const logQuestions = [
  {
    id: "direction",
    title: "Direction",
    question: "Which way did it cross the interface?",
    why: "Without it, which end the interface stands at is worked out from addresses, and that fails at gateways and load balancers.",
  },
  {
    id: "opener",
    title: "Opener",
    question: "Who opened the connection?",
    why: "Without it, client and server are guessed from port numbers.",
  },
  {
    id: "pods",
    title: "Pods",
    question: "Which pod or container behind a node was it?",
    why: "Without the packet's own addresses, all pods of a node look like the node.",
  },
  {
    id: "nat",
    title: "NAT",
    question: "Which records before and after a NAT are one connection?",
    why: "Without it, the same bytes under two addresses count as two connections, and who is behind the NAT is not known.",
  },
  {
    id: "rule",
    title: "Rule",
    question: "Which rule decided?",
    why: "Without it, what refused a packet has to be found by hand in security groups and network ACLs.",
  },
  {
    id: "verdicts",
    title: "Verdicts",
    question: "Is what was accepted there, and what was refused?",
    why: "What a log leaves out is in no answer: “never” cannot be said of it.",
  },
  {
    id: "bytes",
    title: "Bytes",
    question: "How much went each way?",
    why: "Without it, volumes, costs and leaks cannot be told.",
  },
  {
    id: "minutes",
    title: "Minutes",
    question: "In which minute did it happen?",
    why: "In long windows short peaks vanish, and what came first cannot be told.",
  },
  {
    id: "place",
    title: "Place",
    question: "Where was it: account, region, network, subnet, instance, zone?",
    why: "Without it, equal private addresses of two networks are mixed up, and answers show addresses instead of places.",
  },
  {
    id: "losses",
    title: "Losses",
    question: "Was it quiet, or were records lost?",
    why: "Without it, silence proves nothing.",
  },
  {
    id: "encryption",
    title: "Encryption",
    question: "Was it encrypted on the way?",
    why: "Without it, whether traffic between machines was in the clear cannot be shown to an auditor.",
  },
  {
    id: "interface",
    title: "Interface",
    question: "Which interface saw it?",
    why: "Without it, the two views of one connection cannot be told apart, and it counts twice.",
  },
] as const satisfies readonly LogQuestion[];

export type LogQuestionId = (typeof logQuestions)[number]["id"];
