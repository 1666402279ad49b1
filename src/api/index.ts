/** The door: the HTTP server with its page, and the description of its API. */
export { describeApi } from "./create-api.ts";
export { ApiServer, type ServerConfig } from "./server.ts";
export { jsonLog, textLog, type LogLevel, type ServerLog } from "./observe/server-log.ts";
export type { KeyedSource } from "./push/push-door.ts";
export { sourceJson } from "./source-json.ts";
