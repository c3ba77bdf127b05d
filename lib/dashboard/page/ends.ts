/** Who ended, and why. */
import type { EndRow, Snapshot } from "../snapshot.ts";
import { byId, bytes, count, duration, element } from "./format.ts";

const ORDINARY = new Set(["destroyed", "shutdown"]);

const TITLES = ["Time", "#", "Name", "Reason", "CPU", "Most memory"];
/** Of these the text begins at the left. */
const TEXTS = new Set([0, 2, 3]);

export function showEnds({ ends, ended }: Snapshot): void {
  const reasons = Object.entries(ended).map(([reason, times]) =>
    element("li", `${words(reason)}: ${count(times)}`, ORDINARY.has(reason) ? "" : "failed"),
  );
  byId("reasons").replaceChildren(...reasons);
  const head = document.createElement("tr");
  head.append(...TITLES.map((title, index) => element("th", title, TEXTS.has(index) ? "text" : "")));
  const rows = ends.map(toRow);
  const none = document.createElement("tr");
  const cell = element("td", "None yet.", "empty");
  cell.colSpan = TITLES.length;
  none.append(cell);
  byId("ends").replaceChildren(head, ...(rows.length > 0 ? rows : [none]));
}

function toRow({ time, id, name, reason, cpuMs, memoryPeak }: EndRow): HTMLTableRowElement {
  const row = document.createElement("tr");
  row.append(
    element("td", new Date(time).toLocaleTimeString("en-GB"), "text"),
    element("td", String(id)),
    element("td", name || "–", "text name"),
    element("td", words(reason), ORDINARY.has(reason) ? "text" : "text failed"),
    element("td", duration(cpuMs)),
    element("td", bytes(memoryPeak)),
  );
  return row;
}

function words(reason: string): string {
  return reason.replaceAll("_", " ");
}
