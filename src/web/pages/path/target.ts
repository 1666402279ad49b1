/** What is asked of the server's end, in its parts. */
export interface Target {
  readonly end: string;
  readonly port: string;
  /** Name or number; empty: every one that has such a port. */
  readonly protocol: string;
}

/** Takes `db-1:5432/tcp`, `10.0.2.20/icmp`, `[fd00::1]:443`, `10.0.2.0/24:443` apart; the server has the last word on what it means. */
export function splitTarget(text: string): Target {
  const asked = text.trim();
  const bracketed = /^\[(?<end>[^\]]+)\](?<service>.*)$/.exec(asked)?.groups;
  const colons = asked.split(":").length - 1;
  const plain =
    colons > 1 ? undefined : /^(?<end>.*?)(?<service>:\d+(?:\/[\w-]+)?|\/[a-z][a-z0-9]*)$/i.exec(asked)?.groups;
  const { end = asked, service = "" } = bracketed ?? plain ?? {};
  const { port = "", protocol = "" } = /^(?::(?<port>\d+))?(?:\/(?<protocol>[\w-]+))?$/.exec(service)?.groups ?? {};
  return { end, port, protocol };
}

/** The parts as one text; what a person wrote with a port in it stays as it is. */
export function joinTarget({ end, port, protocol }: Target): string {
  const address = end.trim();
  const service = `${port.trim() === "" ? "" : `:${port.trim()}`}${protocol === "" ? "" : `/${protocol}`}`;
  if (service === "") return address;
  return `${/^[\da-f:]*:[\da-f:]*:[\da-f.:]*$/i.test(address) ? `[${address}]` : address}${service}`;
}
