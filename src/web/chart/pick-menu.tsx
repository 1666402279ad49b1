import { Popover } from "radix-ui";
import { useId, type ReactNode } from "react";
import style from "./chart.module.css";

interface PickMenuProps {
  /** What was clicked. */
  readonly title: ReactNode;
  /** Pixels from the left and top of the chart. */
  readonly x: number;
  readonly y: number;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What can be done with a part of a chart that was clicked. */
export function PickMenu({ title, x, y, onClose, children }: PickMenuProps) {
  const titleId = useId();
  return (
    <Popover.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Popover.Anchor className={style["pick-anchor"]} style={{ left: x, top: y }} />
      <Popover.Portal>
        <Popover.Content
          className={`menu ${style["pick"] ?? ""}`}
          aria-labelledby={titleId}
          align="start"
          side="bottom"
          sideOffset={6}
        >
          <div id={titleId} className={style["pick-title"]}>
            {title}
          </div>
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
