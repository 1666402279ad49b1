import { WeirError } from "#base/errors.js";

/** One asker has too many questions waiting. */
export function tooMany(): WeirError {
  return new WeirError({
    code: "too-many-questions",
    kind: "environment",
    message: "you have too many questions waiting already",
    next: "Wait for answers before you ask more.",
  });
}

/** Everyone together has. */
export function mustWait(): WeirError {
  return new WeirError({
    code: "queue-full",
    kind: "environment",
    message: "too many questions are waiting",
    next: "Ask again in a few seconds.",
  });
}

/** It waited, and its turn did not come. */
export function gaveUp(): WeirError {
  return new WeirError({
    code: "no-turn",
    kind: "environment",
    message: "the question waited too long for its turn",
    next: "Ask again in a few seconds; GET /readyz tells whether workers answer.",
  });
}

export function stopping(): WeirError {
  return new WeirError({
    code: "stopping",
    kind: "environment",
    message: "the server is being stopped",
    next: "Ask again when it is back.",
  });
}

/** The process that had the question ended. */
export function lost(): WeirError {
  return new WeirError({
    code: "worker-lost",
    kind: "internal",
    message: "the process that worked at the answer ended unexpectedly",
    next: "Ask again: another process has taken its place. If it happens again, ask about a shorter time; the server's log has the cause.",
  });
}

/** The process that had the question did not stop when its time was over, and was ended. */
export function notStopped(): WeirError {
  return new WeirError({
    code: "query-timeout",
    kind: "environment",
    message: "the answer was not there in time, and the question was stopped",
    next: "Ask about a shorter time, or filter more.",
  });
}
