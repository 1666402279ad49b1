import { useEffect, useRef, type ReactNode } from "react";
import { fieldText } from "../state/fields.ts";
import { useView } from "../state/view.ts";
import { Value } from "../ui/value.tsx";
import { PickMenu } from "./pick-menu.tsx";
import style from "./chart.module.css";

export interface PickedValue {
  readonly field: string;
  readonly heading: string;
  readonly value: string | null;
  readonly name?: string | undefined;
  readonly label?: string | undefined;
}

interface SeriesPickProps {
  readonly title: ReactNode;
  readonly values: readonly PickedValue[];
  readonly x: number;
  readonly y: number;
  readonly onClose: () => void;
  /** More that can be done with it. */
  readonly children?: ReactNode;
}

/** A series that was clicked: its values, each with all that can be done with it. Closes when the question changes. */
export function SeriesPick({ title, values, x, y, onClose, children }: SeriesPickProps) {
  const { parameters } = useView();
  const asked = useRef(parameters.toString());
  useEffect(() => {
    if (asked.current !== parameters.toString()) onClose();
  }, [parameters, onClose]);
  return (
    <PickMenu title={title} x={x} y={y} onClose={onClose}>
      {values.length > 0 && (
        <dl className={style["pick-values"]}>
          {values.map(({ field, heading, value, name, label }) => (
            <div key={field}>
              <dt>{heading}</dt>
              <dd>
                <Value field={fieldText(field)} value={value} name={name} {...(label !== undefined && { label })} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {children}
    </PickMenu>
  );
}
