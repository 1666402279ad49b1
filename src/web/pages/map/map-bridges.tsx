import { humanBytes, humanCount } from "#base/human.js";
import type { Bridge } from "./map-shown.ts";
import { boxLabel, type MapTree } from "./map-tree.ts";
import style from "./map.module.css";

interface BridgeProps {
  readonly bridge: Bridge;
  readonly tree: MapTree;
  readonly open: (bridge: Bridge) => void;
}

/** What passes from one cloud to another; a click shows the conversations. */
export function BridgeLabel({ bridge, tree, open }: BridgeProps) {
  const [client, server] = [tree.boxes[bridge.client], tree.boxes[bridge.server]];
  if (client === undefined || server === undefined) return null;
  const [bytes = 0, conversations = 0, denied = 0] = bridge.sums;
  return (
    <button type="button" className={style["bridgeLabel"]} onClick={() => open(bridge)}>
      <span className={style["bridgeEnds"]}>
        {boxLabel(client)} → {boxLabel(server)}
      </span>
      <span>
        {humanBytes(bytes)} · {humanCount(conversations)}
        <span className="visually-hidden"> conversations</span>
      </span>
      {denied > 0 && <span className={style["denied"]}>{humanCount(denied)} denied</span>}
    </button>
  );
}

/** All that passes between clouds, whatever the map shows. */
export function BridgeStrip({ bridges, tree, open }: Omit<BridgeProps, "bridge"> & { bridges: readonly Bridge[] }) {
  return (
    <section className={style["strip"]} aria-label="Between clouds">
      <h2>Between clouds</h2>
      {bridges.length === 0 ? (
        <span className={style["none"]}>nothing in this time</span>
      ) : (
        bridges.map((bridge) => <BridgeLabel key={bridge.key} bridge={bridge} tree={tree} open={open} />)
      )}
    </section>
  );
}
