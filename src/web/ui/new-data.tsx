import { useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useEffect, useState } from "react";
import { refreshAnswers, useNews, useServerEvents } from "../client/events.ts";
import { useView } from "../state/view.ts";

/** Answers are asked again by themselves this often at most. */
const REST_MS = 15_000;

/**
 * Says that there is newer data than what is shown. Numbers never jump under a pointer or in a time that somebody chose: then a
 * click brings them. In the default time, while nobody points at the page, they come by themselves.
 */
export function NewData() {
  useServerEvents();
  const { isStale } = useNews();
  const { parameters } = useView();
  const client = useQueryClient();
  const [refreshedMs, setRefreshedMs] = useState(() => Date.now());
  const isDefaultTime = !parameters.has("from") && !parameters.has("to");
  useEffect(() => {
    if (!isStale || !isDefaultTime) return undefined;
    const look = (): void => {
      if (isBusy() || Date.now() - refreshedMs < REST_MS) return;
      setRefreshedMs(Date.now());
      refreshAnswers(client);
    };
    const timer = setInterval(look, 1000);
    return () => clearInterval(timer);
  }, [isStale, isDefaultTime, refreshedMs, client]);
  if (!isStale) return null;
  return (
    <button type="button" className="button button-quiet" onClick={() => refreshAnswers(client)}>
      <RefreshCw size={14} aria-hidden="true" />
      New data – refresh
    </button>
  );
}

/** Somebody points at the page, works with the keyboard in it, or has a menu or a dialog open. */
function isBusy(): boolean {
  const page = document.querySelector("main");
  return (
    page?.matches(":hover") === true ||
    (document.activeElement !== page && page?.contains(document.activeElement) === true) ||
    document.querySelector('[role="menu"], [role="dialog"]') !== null
  );
}
