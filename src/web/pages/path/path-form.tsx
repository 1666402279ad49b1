import { ArrowLeftRight, ArrowRight } from "lucide-react";
import { useState, type FormEvent } from "react";
import { EndField } from "./end-field.tsx";
import { joinTarget, splitTarget } from "./target.ts";
import style from "./path.module.css";

interface PathFormProps {
  readonly client: string;
  readonly server: string;
  readonly onAsk: (client: string, server: string) => void;
}

const protocols = ["tcp", "udp", "icmp", "sctp", "gre", "esp", "icmpv6"] as const;

/** Who asks whom, at which service. Made anew when another question is shown. */
export function PathForm({ client, server, onAsk }: PathFormProps) {
  const target = splitTarget(server);
  const [from, setFrom] = useState(client);
  const [end, setEnd] = useState(target.end);
  const [port, setPort] = useState(target.port);
  const [protocol, setProtocol] = useState(target.protocol);
  const isComplete = from.trim() !== "" && end.trim() !== "";
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isComplete) return;
    // A server with its port, as it is pasted from elsewhere, is taken apart.
    const typed = splitTarget(end);
    const service = port === "" && protocol === "" ? typed : { end, port, protocol };
    onAsk(from.trim(), joinTarget(service));
  };
  const swap = (): void => {
    setFrom(end);
    setEnd(from);
  };
  return (
    <form className={style["form"]} onSubmit={submit} aria-label="Who asks whom">
      <EndField label="From" placeholder="address, block, name or id" value={from} onChange={setFrom} />
      <button
        type="button"
        className={`button ${style["swap"]}`}
        onClick={swap}
        aria-label="Swap the two ends"
        title="Swap the two ends"
      >
        <ArrowLeftRight size={16} aria-hidden="true" />
      </button>
      <EndField label="To" placeholder="db-1, 10.0.2.20, i-0abc…" value={end} onChange={setEnd} />
      <label className={style["field"]} data-narrow="">
        Port
        <input
          className="input"
          inputMode="numeric"
          pattern="\d*"
          maxLength={5}
          placeholder="any"
          value={port}
          onChange={(event) => setPort(event.target.value.trim())}
        />
      </label>
      <label className={style["field"]} data-narrow="">
        Protocol
        <select className="input" value={protocol} onChange={(event) => setProtocol(event.target.value)}>
          <option value="">any</option>
          {protocols.map((name) => (
            <option key={name}>{name}</option>
          ))}
          {protocol !== "" && !protocols.some((name) => name === protocol) && <option>{protocol}</option>}
        </select>
      </label>
      <button type="submit" className="button button-main" disabled={!isComplete}>
        Ask why <ArrowRight size={16} aria-hidden="true" />
      </button>
    </form>
  );
}
