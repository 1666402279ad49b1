import type { ReactNode } from "react";
import { levels, type MapState } from "./map-state.ts";
import { mapMeasures, type MapMeasure } from "./map-tree.ts";
import style from "./map.module.css";

const measureWords: Readonly<Record<MapMeasure, string>> = {
  bytes: "Bytes",
  conversations: "Conversations",
  denied: "Denied",
};

/** What the map shows: how deep, which measure, which edges. */
export function MapToolbar({ state, find }: { readonly state: MapState; readonly find: ReactNode }) {
  const { openState, measure, deniedOnly, crossOnly, isCompared, isTable, least, choose } = state;
  return (
    <div className={style["toolbar"]} role="group" aria-label="Map settings">
      <label className={style["choice"]}>
        <span>Open to</span>
        <select
          className="input"
          value={openState.level}
          onChange={(event) => state.setLevel(Number(event.target.value))}
        >
          {levels.map((word, level) => (
            <option key={word} value={level}>
              {word}
            </option>
          ))}
        </select>
      </label>
      <div className={style["segments"]} role="radiogroup" aria-label="Measure">
        {mapMeasures.map((name) => (
          <label key={name} className={style["segment"]}>
            <input
              type="radio"
              name="map-measure"
              className="visually-hidden"
              checked={measure === name}
              onChange={() => choose({ measure: name === "bytes" ? "" : name })}
            />
            <span>{measureWords[name]}</span>
          </label>
        ))}
      </div>
      <Check
        word="Only denied"
        title="Edges with denied attempts, by their number"
        isOn={deniedOnly}
        set={(on) => choose({ denied: on ? "1" : "" })}
      />
      <Check
        word="Only cross-cloud"
        title="Edges from one cloud to another"
        isOn={crossOnly}
        set={(on) => choose({ cross: on ? "1" : "" })}
      />
      <Check
        word="Compare"
        title="With the time before: new edges in green, gone ones in grey"
        isOn={isCompared}
        set={(on) => choose({ diff: on ? "1" : "" })}
      />
      <label className={style["choice"]}>
        <span>Hide small</span>
        <input
          type="range"
          min={0}
          max={100}
          step={2}
          value={Math.round(least * 100)}
          aria-valuetext={least === 0 ? "all edges" : `below ${Math.round(least ** 3 * 1000) / 10} % of the largest`}
          onChange={(event) => state.setLeast(Number(event.target.value) / 100)}
        />
      </label>
      <span className={style["grow"]} />
      {find}
      <button
        type="button"
        className="button"
        aria-pressed={isTable}
        onClick={() => choose({ as: isTable ? "" : "table" })}
      >
        {isTable ? "As map" : "As table"}
      </button>
    </div>
  );
}

function Check({ word, title, isOn, set }: { word: string; title: string; isOn: boolean; set: (on: boolean) => void }) {
  return (
    <label className={style["choice"]} title={title}>
      <input type="checkbox" checked={isOn} onChange={(event) => set(event.target.checked)} />
      <span>{word}</span>
    </label>
  );
}
