import { expect, it } from "vitest";
import { stepLabel, withStep } from "./trail.ts";

const titleOf = (path: string): string => (path === "/" ? "Overview" : path.slice(1));
const label = (before: string, after: string): string => {
  const part = (url: string) => {
    const [path = "", search = ""] = url.split("?");
    return { path, search };
  };
  return stepLabel(before === "" ? undefined : part(before), part(after), titleOf);
};

it("says what a step added", () => {
  expect(label("", "/explore?q=port+%3D+22")).toBe("explore");
  expect(label("/", "/?q=port+%3D+22")).toBe("port = 22");
  expect(label("/?q=port+%3D+22", "/?q=port+%3D+22+and+verdict+%3D+denied")).toBe("+ verdict = denied");
  expect(label("/?q=a+%3D+1+and+b+%3D+2", "/?q=b+%3D+2")).toBe("− a = 1");
  expect(label("/?q=a+%3D+1+and+b+%3D+2", "/?q=b+%3D+3+and+a+%3D+1")).toBe("+ b = 3");
  expect(label("/?q=a+%3D+1", "/")).toBe("no filter");
  expect(label("/", "/?from=-1h")).toBe("Last hour");
  expect(label("/", "/?from=2026-03-03T14:00Z&to=2026-03-03T15:00Z")).toBe("2026-03-03 14:00 – 15:00");
  expect(label("/", "/explore?from=-1h")).toBe("explore, Last hour");
  expect(label("/map", "/entity?kind=address&id=10.0.0.1")).toBe("10.0.0.1");
  expect(label("/explore", "/explore?by=client_ip")).toBe("by client_ip");
  expect(label("/explore?by=client_ip", "/explore")).toBe("without by");
  expect(label("/explore", "/explore?by=client_ip,server_ip")).toBe("by client_ip, server_ip");
  expect(label("/conversations", "/conversations?dataset=flows")).toBe("flows");
  expect(label("/conversations?dataset=flows", "/conversations")).toBe("conversations");
  expect(label("/conversations", "/conversations?row=12@2026-03-03T14:00:00Z")).toBe("one row");
  expect(label("/map", "/map?as=table")).toBe("as table");
  expect(label("/?q=a+%3D+1", "/?q=a+%3D+1&off=b+%3D+2")).toBe("switched off or on");
});

it("forgets what was undone when another step is made", () => {
  const step = (at: number, text = "") => ({ at, path: "/", search: "", label: text });
  const trail = [step(1), step(2), step(3)];
  expect(withStep(trail, step(2, "other")).map(({ at, label: text }) => `${at}${text}`)).toEqual(["1", "2other"]);
});
