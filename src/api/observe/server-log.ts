import { pino } from "pino";

const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

/** What a line of the log tells beside its message: never what was asked, and no secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** The server's log. */
export type ServerLog = Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>>;

/** A log that keeps nothing. */
export const noLog: ServerLog = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}

/** One JSON object a line on standard error, for machines. */
export function jsonLog(level: LogLevel): ServerLog {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const log = pino(options, pino.destination({ fd: 2, sync: true }));
  return madeOf((each) => (message, fields) => log[each]({ ...fields }, message));
}

/** One short line each, for people. @param print writes a line where people read it */
export function textLog(level: LogLevel, print: (line: string) => void): ServerLog {
  const least = logLevels.indexOf(level);
  return madeOf((each, at) => (message, fields = {}) => {
    if (at < least) return;
    const told = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => ` ${name}=${value}`);
    print(`${new Date().toISOString().slice(11, 19)} ${each === "info" ? "" : `${each}: `}${message}${told.join("")}`);
  });
}

function madeOf(make: (level: LogLevel, at: number) => ServerLog[LogLevel]): ServerLog {
  return { debug: make("debug", 0), info: make("info", 1), warn: make("warn", 2), error: make("error", 3) };
}
