import { useId, useMemo, useRef, useState, type SVGProps } from "react";
import { usePalette } from "./palette.ts";
import { cycleColour } from "./colours.ts";
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
    return new Map(values.map((value, at) => [value, cycleColour(at, value === "(others)", palette)]));
  }, [layout, palette]);
  const span = Math.max(1, width - LABEL - NODE - 4);
  const xOf = (layer: number): number => (layers.length < 2 ? 0 : (layer / (layers.length - 1)) * span);
  const hover = (what: SankeyNode | SankeyLink | undefined): void => {
    setHovered(what);
    onHover?.(what === undefined ? undefined : new Set(what.paths));
  };
  const textOf = (what: SankeyNode | SankeyLink): string => {
    const text = endsOf(what, nodes).map(({ layer, value }) => nameOf(layer, value));
    return `${text.join(" → ")}: ${exactText(what.total)}${"isDenied" in what && what.isDenied ? ", denied" : ""}`;
  };
  const linkInk = (link: SankeyLink): string => {
    // The rest may be of both kinds.
    if (tellDenied && nodes.get(link.from)?.value === "(others)") return palette.faint;
    if (tellDenied) return link.isDenied ? `url(#${pattern})` : palette.allowed;
    return colours.get(nodes.get(link.from)?.value ?? null) ?? palette.faint;
  };
  const interactive = (what: SankeyNode | SankeyLink, x: number, y: number): Interaction => ({
    role: "button",
    tabIndex: 0,
    // A node is called by its label.
    ...("isDenied" in what && { "aria-label": textOf(what) }),
    onPointerEnter: () => hover(what),
    onPointerLeave: () => hover(undefined),
    onFocus: () => hover(what),
    onBlur: () => hover(undefined),
    onClick: (event) => {
      const box = place.current?.getBoundingClientRect();
      onPick({ ends: endsOf(what, nodes), x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) });
    },
    onKeyDown: (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      onPick({ ends: endsOf(what, nodes), x, y: y + 36 });
    },
  });
  return (
    <div ref={place} className={style["sankey"]} style={{ height }} role="group" aria-label={title}>
      <div className={style["sankey-heads"]}>
        {layers.map((layer, at) => (
          <span key={layer} style={{ left: xOf(at) }}>
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
        {layout.links.map((link) => (
          <LinkShape
            key={link.id}
            link={link}
            from={xOf(link.layer) + NODE}
            to={xOf(link.layer + 1)}
            ink={linkInk(link)}
            part={part?.get(link.id)}
            isFaded={part !== undefined}
            title={textOf(link)}
            interaction={interactive(link, (xOf(link.layer) + xOf(link.layer + 1)) / 2, (link.fromY + link.toY) / 2)}
          />
        ))}
        {layout.nodes.map((node) => (
          <NodeShape
            key={node.id}
            node={node}
            x={xOf(node.layer)}
            ink={colours.get(node.value) ?? palette.faint}
            part={part === undefined ? 1 : (part.get(node.id) ?? 0)}
            name={nameOf(node.layer, node.value)}
            value={valueText(node.total * (part?.get(node.id) ?? 1))}
            title={textOf(node)}
            interaction={interactive(node, xOf(node.layer), node.y)}
          />
        ))}
      </svg>
    </div>
  );
}

/** What can be done with a part of the drawing. */
type Interaction = Pick<
  SVGProps<SVGGElement>,
  | "role"
  | "tabIndex"
  | "aria-label"
  | "onPointerEnter"
  | "onPointerLeave"
  | "onFocus"
  | "onBlur"
  | "onClick"
  | "onKeyDown"
>;

/** A node is one end of itself, a link has two. */
function endsOf(what: SankeyNode | SankeyLink, nodes: ReadonlyMap<string, SankeyNode>): SankeyPick["ends"] {
  if ("value" in what) return [{ layer: what.layer, value: what.value }];
  return [
    { layer: what.layer, value: nodes.get(what.from)?.value ?? null },
    { layer: what.layer + 1, value: nodes.get(what.to)?.value ?? null },
  ];
}

interface LinkShapeProps {
  readonly link: SankeyLink;
  readonly from: number;
  readonly to: number;
  readonly ink: string;
  /** How much of it stands out. */
  readonly part: number | undefined;
  readonly isFaded: boolean;
  readonly title: string;
  readonly interaction: Interaction;
}

function LinkShape({ link, from, to, ink, part, isFaded, title, interaction }: LinkShapeProps) {
  return (
    <g {...interaction} className={style["link"]}>
      <title>{title}</title>
      <path d={ribbon(from, to, link, 1)} fill={ink} opacity={isFaded ? 0.12 : 0.42} />
      {part !== undefined && <path d={ribbon(from, to, link, part)} fill={ink} opacity={0.75} />}
    </g>
  );
}

interface NodeShapeProps {
  readonly node: SankeyNode;
  readonly x: number;
  readonly ink: string;
  readonly part: number;
  readonly name: string;
  readonly value: string;
  readonly title: string;
  readonly interaction: Interaction;
}

function NodeShape({ node, x, ink, part, name, value, title, interaction }: NodeShapeProps) {
  const middle = node.y + node.height / 2;
  return (
    <g {...interaction} className={style["node"]} opacity={part > 0 ? 1 : 0.35}>
      <rect x={x} y={node.y} width={NODE} height={node.height} rx={2} fill={ink}>
        <title>{title}</title>
      </rect>
      <rect x={x + NODE} y={middle - 8} width={LABEL - 6} height={16} fill="transparent">
        <title>{title}</title>
      </rect>
      <text x={x + NODE + 5} y={middle} dominantBaseline="central">
        {short(name)}
        {part > 0 && <tspan className={style["node-value"]}> {value}</tspan>}
      </text>
    </g>
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
