import { incidents } from "./incidents/index.ts";
import { company } from "./company.ts";
import { nights } from "./nights.ts";
import { noise } from "./noise.ts";
import { operations } from "./operations.ts";
import { shop } from "./shop.ts";
import type { Story } from "./story.ts";

/** Everything that happens in the demo world. Incidents have a list of their own in `incidents/`. */
export const stories: readonly Story[] = [shop, operations, company, nights, noise, incidents];
