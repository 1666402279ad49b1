import type { Answers } from "./cache/answers.ts";

/** What the routes need. */
export interface ApiDependencies {
  readonly dataDir: string;
  /** Answers of workers, kept while they are true: routes ask with `answerTask`. */
  readonly answers: Answers;
  readonly version: string;
}
