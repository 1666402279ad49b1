import { ChevronDown, ChevronRight } from "lucide-react";
import { Measure } from "../../ui/numbers.tsx";
import type { BoxTotals, MapScene } from "./map-scene.ts";
import type { ShownEdge } from "./map-shown.ts";
import type { MapState } from "./map-state.ts";
import { boxLabel, hasOwnValue, kindText, type MapBox, type Sums } from "./map-tree.ts";
import style from "./map.module.css";

interface TableProps {
  readonly scene: MapScene;
  readonly state: MapState;
  readonly edges: readonly ShownEdge[];
  readonly openEdge: (edge: ShownEdge) => void;
}

const MOST_EDGES = 300;
const NOTHING: BoxTotals = { sent: [], received: [], inside: [] };

/** The same boxes and edges as the map, as tables. */
export function MapTable({ scene, state, edges, openEdge }: TableProps) {
  const { tree, shown, totals } = scene;
  const largest = edges.slice(-MOST_EDGES).toReversed();
  return (
    <div className={style["tables"]}>
      <section>
        <h2>Boxes</h2>
        <table className="table" aria-label="Boxes of the map">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Kind</th>
              <th scope="col" className="number">
                As client
              </th>
              <th scope="col" className="number">
                As server
              </th>
              <th scope="col" className="number">
                Inside
              </th>
              <th scope="col" className="number">
                Denied
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.boxes.map((box) => (
              <BoxRow key={box.at} box={box} totals={totals[box.at] ?? NOTHING} scene={scene} state={state} />
            ))}
          </tbody>
        </table>
      </section>
      <section>
        <h2>Edges{edges.length > MOST_EDGES && `, the largest ${MOST_EDGES} of ${edges.length}`}</h2>
        <table className="table" aria-label="Edges of the map">
          <thead>
            <tr>
              <th scope="col">Client</th>
              <th scope="col">Server</th>
              <th scope="col" className="number">
                Bytes
              </th>
              <th scope="col" className="number">
                Conversations
              </th>
              <th scope="col" className="number">
                Denied
              </th>
              <th scope="col">
                <span className="visually-hidden">Conversations of it</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {largest.map((edge) => {
              const [client, server] = [tree.boxes[edge.client], tree.boxes[edge.server]];
              if (client === undefined || server === undefined) return null;
              return (
                <tr key={edge.key}>
                  <td>{boxLabel(client)}</td>
                  <td>{boxLabel(server)}</td>
                  <SumCells sums={edge.sums} />
                  <td>
                    <button
                      type="button"
                      className="button button-quiet"
                      aria-label={`Show conversations from ${boxLabel(client)} to ${boxLabel(server)}`}
                      onClick={() => openEdge(edge)}
                    >
                      Show
                    </button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function SumCells({ sums: [bytes = 0, conversations = 0, denied = 0] }: { readonly sums: Sums }) {
  return (
    <>
      <td className="number">
        <Measure value={bytes} unit="bytes" />
      </td>
      <td className="number">
        <Measure value={conversations} unit={null} />
      </td>
      <td className={`number ${denied > 0 ? style["denied"] : ""}`}>
        <Measure value={denied} unit={null} />
      </td>
    </>
  );
}

interface BoxRowProps extends Pick<TableProps, "scene" | "state"> {
  readonly box: MapBox;
  readonly totals: BoxTotals;
}

function BoxRow({ box, totals, scene, state }: BoxRowProps) {
  const isOpen = scene.shown.open.has(box.at);
  const holds = box.children.length > 0;
  const { sent, received, inside } = totals;
  const denied = [sent, received, inside].reduce((sum, each) => sum + (each[2] ?? 0), 0);
  const label = boxLabel(box);
  return (
    <tr>
      <td style={{ paddingInlineStart: `${0.5 + box.depth * 1.25}rem` }}>
        {holds ? (
          <button
            type="button"
            className="button button-quiet"
            aria-expanded={isOpen}
            onClick={() => state.toggle([box])}
          >
            {isOpen ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
            {label}
          </button>
        ) : (
          label
        )}
        {hasOwnValue(box) && <span className={style["detail"]}> {box.value}</span>}
      </td>
      <td>{kindText(box)}</td>
      <BytesCell sums={sent} />
      <BytesCell sums={received} />
      <BytesCell sums={inside} />
      <td className={`number ${denied > 0 ? style["denied"] : ""}`}>
        <Measure value={denied} unit={null} />
      </td>
    </tr>
  );
}

function BytesCell({ sums: [bytes = 0] }: { readonly sums: Sums }) {
  return (
    <td className="number">
      <Measure value={bytes} unit="bytes" />
    </td>
  );
}
