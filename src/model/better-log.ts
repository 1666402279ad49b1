/** The tools that a better flow log can be written for. */
export const betterTools = ["terraform", "cli", "bicep"] as const;
export type BetterTool = (typeof betterTools)[number];

/** A better flow log as text for a tool; null where the tool does not know this cloud. */
export type BetterTexts = Readonly<Record<BetterTool, string | null>>;
