import fc from "fast-check";

/** The same random cases in every run, so that whoever changes nothing breaks nothing; others by hand: WEIR_SEED=random, or a number. */
const wanted = process.env["WEIR_SEED"];
if (wanted !== "random") fc.configureGlobal({ seed: Number(wanted ?? 20_260_303) });
