import { useCallback, useMemo } from "react";
import { useView } from "../../state/view.ts";
import { comfortableLevel, ID_LETTERS, type EdgeChoice, type OpenState } from "./map-shown.ts";
import { mapMeasures, type MapBox, type MapMeasure, type MapTree } from "./map-tree.ts";

/** What the map shows and how: all of it in the URL. */
export interface MapState extends EdgeChoice {
  readonly openState: OpenState;
  /** The box that is stepped into; undefined: everything. */
  readonly root: number | undefined;
  readonly isCompared: boolean;
  readonly isTable: boolean;
  readonly setLevel: (level: number) => void;
  readonly toggle: (boxes: readonly MapBox[]) => void;
  readonly stepInto: (box: MapBox | undefined) => void;
  readonly choose: (changes: Partial<Record<"measure" | "denied" | "cross" | "diff" | "as", string>>) => void;
  readonly setLeast: (least: number) => void;
  /** Opens boxes and leaves the root if need be, in one step of the history. */
  readonly reveal: (boxes: readonly MapBox[], leavesRoot: boolean) => void;
}

/** Names of levels, from the outermost; a level shows its boxes and opens those around them. */
export const levels = ["Clouds", "Accounts", "Networks", "Subnets", "Workloads"] as const;

const NO_FLIPS: ReadonlySet<string> = new Set();

/** Whether the URL asks for the time before; known before there is an answer. */
export function useIsCompared(): boolean {
  return useView().parameters.get("diff") === "1";
}

export function useMapState(tree: MapTree): MapState {
  const { parameters, change } = useView();
  const of = (key: string): string => parameters.get(key) ?? "";
  const [level, flips, rootId, measure, least] = [of("level"), of("flip"), of("root"), of("measure"), of("min")];
  const comfortable = useMemo(() => comfortableLevel(tree), [tree]);
  const openState = useMemo(
    (): OpenState => ({
      level: /^[0-4]$/.test(level) ? Number(level) : comfortable,
      flipped: flips === "" ? NO_FLIPS : new Set(flips.split(".")),
    }),
    [level, flips, comfortable],
  );
  const root = useMemo(
    () =>
      rootId === ""
        ? undefined
        : tree.boxes.find(({ id, children }) => id.startsWith(rootId) && children.length > 0)?.at,
    [tree, rootId],
  );
  const flippedBy = useCallback(
    (boxes: readonly MapBox[]): string => {
      const flipped = new Set(openState.flipped);
      for (const { id } of boxes) {
        const short = id.slice(0, ID_LETTERS);
        if (!flipped.delete(short)) flipped.add(short);
      }
      return [...flipped].join(".");
    },
    [openState],
  );
  return {
    openState,
    root,
    measure: mapMeasures.find((name): name is MapMeasure => name === measure) ?? "bytes",
    deniedOnly: of("denied") === "1",
    crossOnly: of("cross") === "1",
    isCompared: of("diff") === "1",
    isTable: of("as") === "table",
    least: Math.min(1, Math.max(0, Number(least) / 100 || 0)),
    setLevel: (next) => change({ level: String(next), flip: "" }),
    // The level is written down with the first flip: it must not change when data do.
    toggle: (boxes) => change({ flip: flippedBy(boxes), level: String(openState.level) }),
    stepInto: (box) => change({ root: box?.id.slice(0, ID_LETTERS) ?? "" }),
    choose: (changes) => change(changes),
    setLeast: (next) => change({ min: next === 0 ? "" : String(Math.round(next * 100)) }, { replace: true }),
    reveal: (boxes, leavesRoot) =>
      change({
        ...(boxes.length > 0 && { flip: flippedBy(boxes), level: String(openState.level) }),
        ...(leavesRoot && { root: "" }),
      }),
  };
}
