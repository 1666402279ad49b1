import { WeirError } from "#base/errors.js";

/** Why a delivery is not taken now: all of these are over some time, and whoever sends comes again. */
export function stopping(): WeirError {
  return notNow("stopping", "the server is stopping", "Send it again in a moment.");
}

/** The source is being set up or changed. */
export function changing(): WeirError {
  return notNow("push-changing", "the configuration of this source is being changed", "Send it again in a moment.");
}

/** Another server holds the lock. */
export function elsewhere(): WeirError {
  return notNow(
    "push-elsewhere",
    "another server of this lake takes what is pushed",
    "Send it there, or end the other server: this one then takes over within a second.",
  );
}

/** The disk is full. */
export function noRoom(): WeirError {
  return notNow(
    "disk-full",
    "there is no room left on the disk of the lake",
    "Make room, or let rows go with `weir store expire`; then send it again.",
  );
}

function notNow(code: string, message: string, next: string): WeirError {
  return new WeirError({ code, kind: "environment", message, next });
}
