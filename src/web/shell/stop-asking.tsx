import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import style from "./query-bar.module.css";

/** Milliseconds of asking after which it can be stopped: most answers are there before. */
const PATIENCE = 800;

const isAnswer = {
  predicate: ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[0] !== "session" && queryKey[0] !== "find",
};

/** Stops the questions that run, when they take long; and tells who cannot see it that answers have come. */
export function StopAsking() {
  const client = useQueryClient();
  const isAsking = useIsFetching(isAnswer) > 0;
  const [isLong, setLong] = useState(false);
  const [hasAsked, setAsked] = useState(false);
  useEffect(() => {
    if (!isAsking) return undefined;
    const timer = setTimeout(() => setLong(true), PATIENCE);
    return () => {
      clearTimeout(timer);
      setLong(false);
      setAsked(true);
    };
  }, [isAsking]);
  return (
    <>
      <span className="visually-hidden" role="status">
        {hasAsked && !isAsking ? "Answer updated" : ""}
      </span>
      {isLong && (
        <button type="button" className={style["stop"]} onClick={() => void client.cancelQueries(isAnswer)}>
          Stop
        </button>
      )}
    </>
  );
}
