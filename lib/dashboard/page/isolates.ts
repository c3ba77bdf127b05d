/** The table of isolates: a hundred at a time. */
import type { Row, Snapshot } from "../snapshot.ts";
import { byId, bytes, count, duration, element, percent } from "./format.ts";

const PAGE = 100;

interface Column {
  readonly title: string;
  /** What it is sorted by. */
  readonly key: (row: Row) => number | string;
  readonly show: (row: Row) => string;
  readonly className?: (row: Row) => string;
}

const COLUMNS: readonly Column[] = [
  { title: "#", key: ({ id }) => id, show: ({ id }) => String(id) },
  { title: "Name", key: ({ name }) => name, show: ({ name }) => name || "–", className: () => "text name" },
  { title: "State", key: ({ state }) => state, show: ({ state }) => state, className: ({ state }) => `text ${state}` },
  { title: "CPU now", key: ({ cpu }) => cpu, show: ({ cpu }) => percent(cpu) },
  { title: "CPU", key: ({ cpuMs }) => cpuMs, show: ({ cpuMs }) => duration(cpuMs) },
  {
    title: "Memory",
    key: ({ memory }) => memory,
    show: ({ memory, memoryMax }) => bytes(memory) + (memoryMax > 0 ? ` of ${bytes(memoryMax)}` : ""),
  },
  {
    title: "Queued in / out",
    key: ({ mailbox, outbound }) => mailbox + outbound,
    show: ({ mailbox, outbound }) => `${bytes(mailbox)} / ${bytes(outbound)}`,
  },
  {
    title: "Calls / requests",
    key: ({ calls, requests }) => calls + requests,
    show: ({ calls, requests }) => `${count(calls)} / ${count(requests)}`,
  },
  { title: "Age", key: ({ age }) => age, show: ({ age }) => duration(age) },
];

/** Sorted, filtered, and turned over. */
export class Isolates {
  readonly #table = byId<HTMLTableElement>("isolates");
  readonly #body = document.createElement("tbody");
  readonly #head = document.createElement("tr");
  readonly #heads: HTMLTableCellElement[] = [];
  readonly #filter = byId<HTMLInputElement>("filter");
  readonly #kill: (id: number) => void;
  #column = 3;
  #descending = true;
  #page = 0;
  #snapshot: Snapshot | undefined;

  /** @param kill - ends one */
  constructor(kill: (id: number) => void) {
    this.#kill = kill;
    const head = this.#head;
    for (const [index, { title, className }] of COLUMNS.entries()) {
      const cell = element("th", "", className ? "text" : "");
      const button = element("button", title);
      button.type = "button";
      button.addEventListener("click", () => this.#sortBy(index));
      cell.append(button);
      head.append(cell);
      this.#heads.push(cell);
    }
    const header = document.createElement("thead");
    header.append(head);
    this.#table.append(header, this.#body);
    this.#filter.addEventListener("input", () => this.#turn(-this.#page));
    byId("previous").addEventListener("click", () => this.#turn(-1));
    byId("next").addEventListener("click", () => this.#turn(1));
  }

  show(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
    // The column of buttons has no title.
    if (snapshot.kill && this.#head.cells.length === COLUMNS.length) this.#head.append(element("th", ""));
    this.#draw();
  }

  #sortBy(column: number): void {
    this.#descending = column === this.#column ? !this.#descending : column > 2;
    this.#column = column;
    this.#turn(-this.#page);
  }

  #turn(pages: number): void {
    this.#page += pages;
    this.#draw();
  }

  #draw(): void {
    if (!this.#snapshot) return;
    const { isolates, kill, more } = this.#snapshot;
    const rows = this.#sorted(isolates);
    this.#page = Math.max(0, Math.min(this.#page, Math.ceil(rows.length / PAGE) - 1));
    const start = this.#page * PAGE;
    const shown = rows.slice(start, start + PAGE);
    const range = shown.length === 0 ? "0" : `${count(start + 1)}–${count(start + shown.length)}`;
    byId("range").textContent =
      `${range} of ${count(rows.length)}${more > 0 ? ` (${count(more)} more are not told)` : ""}`;
    byId<HTMLButtonElement>("previous").disabled = this.#page === 0;
    byId<HTMLButtonElement>("next").disabled = start + PAGE >= rows.length;
    for (const [index, head] of this.#heads.entries()) {
      if (index !== this.#column) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", this.#descending ? "descending" : "ascending");
    }
    // A button that is about to be pressed stays where it is.
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["kill"] : undefined;
    this.#body.replaceChildren(...(shown.length > 0 ? shown.map((row) => this.#row(row, kill)) : [emptyRow()]));
    if (focused !== undefined) this.#body.querySelector<HTMLElement>(`[data-kill="${focused}"]`)?.focus();
  }

  #sorted(isolates: readonly Row[]): Row[] {
    const wanted = this.#filter.value.trim().toLowerCase();
    const { key } = COLUMNS[this.#column]!;
    const direction = this.#descending ? -1 : 1;
    const matching = isolates.filter(
      ({ id, name, state }) => String(id) === wanted || name.toLowerCase().includes(wanted) || state === wanted,
    );
    return matching.sort((one, other) => {
      const [a, b] = [key(one), key(other)];
      return a === b ? one.id - other.id : (a < b ? -1 : 1) * direction;
    });
  }

  #row(row: Row, kill: boolean): HTMLTableRowElement {
    const line = document.createElement("tr");
    for (const { show, className } of COLUMNS) {
      const cell = element("td", show(row), className?.(row));
      if (cell.classList.contains("name")) cell.title = row.name;
      line.append(cell);
    }
    if (!kill) return line;
    const cell = element("td", "");
    const button = element("button", "Kill", "failed");
    button.type = "button";
    button.dataset["kill"] = String(row.id);
    button.setAttribute("aria-label", `Kill isolate ${row.id}`);
    button.addEventListener("click", () => this.#kill(row.id));
    cell.append(button);
    line.append(cell);
    return line;
  }
}

function emptyRow(): HTMLTableRowElement {
  const line = document.createElement("tr");
  const cell = element("td", "None.", "empty");
  cell.colSpan = COLUMNS.length;
  line.append(cell);
  return line;
}
