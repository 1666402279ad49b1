import { useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { usePalette } from "./palette.ts";
import { rankColour } from "./colours.ts";
import { partOf, sankeyLayout, type SankeyLink, type SankeyNode, type SankeyPath } from "./sankey-layout.ts";
import { useWidth } from "./use-size.ts";
import style from "./chart.module.css";

/** What was clicked: a node, or the two ends of a link; with its place in the chart. */
export interface SankeyPick {
  readonly ends: readonly { readonly layer: number; readonly value: string | null }[];
  readonly x: number;
  readonly y: number;
}

interface SankeyProps {
  readonly title: string;
  /** What each layer is. */
  readonly layers: readonly string[];
  readonly paths: readonly SankeyPath[];
  readonly height: number;
  readonly nameOf: (layer: number, value: string | null) => string;
  readonly valueText: (value: number) => string;
  readonly exactText: (value: number) => string;
  readonly tellDenied: boolean;
  /** Paths that stand out, from beside the chart. */
  readonly emphasis?: ReadonlySet<number> | undefined;
  readonly onHover?: (paths: ReadonlySet<number> | undefined) => void;
  readonly onPick: (pick: SankeyPick) => void;
}

const NODE = 10;
const LABEL = 150;

/** What passes from where to where. Pointing at a part shows the whole way of what passes there. */
export function Sankey(props: SankeyProps) {
  const { title, layers, paths, height, nameOf, valueText, exactText, tellDenied, emphasis, onHover, onPick } = props;
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const palette = usePalette();
  const pattern = useId();
  const [hovered, setHovered] = useState<SankeyNode | SankeyLink>();
  const layout = useMemo(() => sankeyLayout(paths, height - 36), [paths, height]);
  const chosen = useMemo(() => (hovered === undefined ? emphasis : new Set(hovered.paths)), [hovered, emphasis]);
  const part = useMemo(
    () => (chosen === undefined ? undefined : partOf(layout, paths, chosen)),
    [layout, paths, chosen],
  );
  const nodes = useMemo(() => new Map(layout.nodes.map((node) => [node.id, node])), [layout]);
  const colours = useMemo(() => {
    const values = [...new Set(layout.nodes.map(({ value }) => value))];
    return new Map(values.map((value, at) => [value, rankColour(at, value === "(others)", palette)]));
  }, [layout, palette]);
  const span = Math.max(1, width - LABEL - NODE - 4);
  const xOf = (layer: number): number => (layers.length < 2 ? 0 : (layer / (layers.length - 1)) * span);
  const hover = (what: SankeyNode | SankeyLink | undefined): void => {
    setHovered(what);
    onHover?.(what === undefined ? undefined : new Set(what.paths));
  };
  const textOf = (what: SankeyNode | SankeyLink): string => {
    if ("value" in what) return `${nameOf(what.layer, what.value)}: ${exactText(what.total)}`;
    const [from, to] = [nodes.get(what.from), nodes.get(what.to)];
    const names = `${nameOf(what.layer, from?.value ?? null)} → ${nameOf(what.layer + 1, to?.value ?? null)}`;
    return `${names}: ${exactText(what.total)}${what.isDenied ? ", denied" : ""}`;
  };
  const pickOf = (what: SankeyNode | SankeyLink): Omit<SankeyPick, "x" | "y"> => {
    if ("value" in what) return { ends: [{ layer: what.layer, value: what.value }] };
    return {
      ends: [
        { layer: what.layer, value: nodes.get(what.from)?.value ?? null },
        { layer: what.layer + 1, value: nodes.get(what.to)?.value ?? null },
      ],
    };
  };
  const interactive = (what: SankeyNode | SankeyLink, x: number, y: number): object => ({
    role: "button",
    tabIndex: 0,
    "aria-label": textOf(what),
    onPointerEnter: () => hover(what),
    onPointerLeave: () => hover(undefined),
    onFocus: () => hover(what),
    onBlur: () => hover(undefined),
    onClick: (event: { clientX: number; clientY: number }) => {
      const box = place.current?.getBoundingClientRect();
      onPick({ ...pickOf(what), x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) });
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      onPick({ ...pickOf(what), x, y: y + 36 });
    },
  });
  return (
    <div ref={place} className={style["sankey"]} style={{ height }} role="group" aria-label={title}>
      <div className={style["sankey-heads"]}>
        {layers.map((layer, at) => (
          <span key={layer} style={at === layers.length - 1 && at > 0 ? { left: xOf(at) } : { left: xOf(at) }}>
            {layer}
          </span>
        ))}
      </div>
      <svg width={width} height={height - 36} className={style["sankey-drawing"]}>
        <defs>
          <pattern id={pattern} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="6" height="6" fill={palette.denied} />
            <rect width="2.5" height="6" fill={palette.surface} opacity="0.6" />
          </pattern>
        </defs>
        {layout.links.map((link) => {
          const [from, to] = [xOf(link.layer) + NODE, xOf(link.layer + 1)];
          const own = part?.get(link.id);
          const source = nodes.get(link.from);
          const ink =
            tellDenied && link.isDenied
              ? `url(#${pattern})`
              : tellDenied
                ? palette.allowed
                : (colours.get(source?.value ?? null) ?? palette.faint);
          return (
            <g
              key={link.id}
              {...interactive(link, (from + to) / 2, (link.fromY + link.toY) / 2)}
              className={style["link"]}
            >
              <title>{textOf(link)}</title>
              <path d={ribbon(from, to, link, 1)} fill={ink} opacity={part === undefined ? 0.42 : 0.12} />
              {own !== undefined && <path d={ribbon(from, to, link, own)} fill={ink} opacity={0.75} />}
            </g>
          );
        })}
        {layout.nodes.map((node) => {
          const x = xOf(node.layer);
          const own = part === undefined ? 1 : (part.get(node.id) ?? 0);
          return (
            <g key={node.id} {...interactive(node, x, node.y)} className={style["node"]} opacity={own > 0 ? 1 : 0.35}>
              <title>{textOf(node)}</title>
              <rect
                x={x}
                y={node.y}
                width={NODE}
                height={node.height}
                rx={2}
                fill={colours.get(node.value) ?? palette.faint}
              />
              <rect x={x + NODE} y={node.y + node.height / 2 - 9} width={LABEL - 6} height={18} fill="transparent" />
              <text x={x + NODE + 5} y={node.y + node.height / 2} dominantBaseline="central">
                {short(nameOf(node.layer, node.value))}
                {(own > 0 || part === undefined) && (
                  <tspan className={style["node-value"]}> {valueText(node.total * own)}</tspan>
                )}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}

function short(text: string): string {
  return text.length > 24 ? `${text.slice(0, 22)}…` : text;
}

/** A link, or the upper part of it. */
function ribbon(from: number, to: number, { fromY, toY, height }: SankeyLink, part: number): string {
  const thick = Math.max(1, height * part);
  const [a, b] = [fromY - height / 2, toY - height / 2];
  const middle = (from + to) / 2;
  return `M${from},${a} C${middle},${a} ${middle},${b} ${to},${b} L${to},${b + thick} C${middle},${b + thick} ${middle},${a + thick} ${from},${a + thick} Z`;
}
