export type { MapEdge, MapNames, MapNode, MapNodeKind, MapSums, TrafficMap } from "./map-types.ts";
export { trafficMap } from "./traffic-map.ts";
