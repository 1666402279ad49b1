/** AWS knows windows of one minute and of ten. Seconds. */
export const SHORT_WINDOW_S = 60;
export const LONG_WINDOW_S = 600;

/** The length of a flow log's windows by the longest record that it wrote, which may be shorter than its window. Seconds. */
export const windowOf = (longestS: number): number => (longestS > SHORT_WINDOW_S ? LONG_WINDOW_S : SHORT_WINDOW_S);

/** Azure and Google write nothing for an idle interface, and have no word for it. */
const WORDLESS_SILENCE_S = 3600;

/**
 * How long a flow log may be silent and have missed nothing: with AWS a first packet early in one window and a last one late in
 * the next. Longer silence is a gap. Seconds.
 */
export const longestSilence = (windowS: number, provider: string | null): number =>
  provider === "azure" || provider === "gcp" ? WORDLESS_SILENCE_S : 2 * windowS + 60;

/** How long a record may be on its way: AWS delivers within ten minutes, Azure within an hour and a bit. Seconds. */
export const longestDelivery = (provider: string | null): number => (provider === "aws" ? 1800 : 5400);
