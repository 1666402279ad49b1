/** The door: the HTTP server with its page. */
export { ApiServer, type ServerConfig } from "./server.ts";
