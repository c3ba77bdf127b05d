/** Asks once a second, and shows what there is. */
import "./style.css";
import type { Snapshot } from "../snapshot.ts";
import { Charts } from "./charts.ts";
import { showEnds } from "./ends.ts";
import { byId, bytes, count, duration, element } from "./format.ts";
import { Isolates } from "./isolates.ts";

const PERIOD_MS = 1000;

const charts = new Charts();
const isolates = new Isolates((id) => void kill(id));

async function kill(id: number): Promise<void> {
  if (!confirm(`Destroy isolate ${id}?`)) return;
  const answer = await fetch(`./kill/${id}`, { method: "POST" });
  if (!answer.ok) tell((await answer.text()).trim(), true);
}

function tell(text: string, isLost: boolean): void {
  const status = byId("status");
  // Whoever has it read aloud is not told once a second.
  if (status.textContent !== text) status.textContent = text;
  status.className = isLost ? "lost" : "";
}

function summarize(snapshot: Snapshot): void {
  const { isolates: rows, more, running, queued, threads, created, cpuMs, leakedBytes, uptimeMs } = snapshot;
  const memory = rows.reduce((sum, row) => sum + row.memory, 0);
  const facts: Record<string, string> = {
    Isolates: count(rows.length + more),
    Running: `${count(running)} of ${count(threads)}`,
    "Waiting for a thread": count(queued),
    Memory: bytes(memory),
    "CPU, all": duration(cpuMs),
    Created: count(created),
    "Up for": duration(uptimeMs),
    ...(leakedBytes > 0 && { "Not freed": bytes(leakedBytes) }),
  };
  const shown = Object.entries(facts).map(([name, value]) => {
    const pair = document.createElement("div");
    pair.append(element("dt", name), element("dd", value));
    return pair;
  });
  byId("summary").replaceChildren(...shown);
}

async function look(): Promise<void> {
  try {
    const answer = await fetch("./data");
    if (!answer.ok) throw new Error(await answer.text());
    const snapshot = (await answer.json()) as Snapshot;
    document.title = snapshot.title;
    byId("title").textContent = snapshot.title;
    summarize(snapshot);
    charts.show(snapshot.series);
    isolates.show(snapshot);
    showEnds(snapshot);
    tell("Live", false);
  } catch {
    tell("The sandbox does not answer: it was shut down, or its process has ended.", true);
  }
  // A page that nobody looks at asks for nothing.
  if (document.hidden)
    await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
  setTimeout(() => void look(), PERIOD_MS);
}

void look();
