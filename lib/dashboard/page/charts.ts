/** The curves. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Series } from "../snapshot.ts";
import { byId, element } from "./format.ts";

interface Curve {
  readonly from: keyof Series;
  readonly label: string;
  readonly color: string;
}

const CHARTS: readonly { readonly title: string; readonly curves: readonly Curve[] }[] = [
  { title: "CPU, in processors", curves: [{ from: "cpu", label: "CPU", color: "--blue" }] },
  { title: "Memory, in MiB", curves: [{ from: "memory", label: "memory", color: "--green" }] },
  {
    title: "Isolates",
    curves: [
      { from: "isolates", label: "living", color: "--blue" },
      { from: "queued", label: "waiting for a thread", color: "--amber" },
    ],
  },
  {
    title: "Ends, each second",
    curves: [
      { from: "ended", label: "ended", color: "--blue" },
      { from: "failed", label: "by a limit or failure", color: "--red" },
    ],
  },
];

const HEIGHT = 150;

/** All of them. */
export class Charts {
  readonly #made: { readonly box: HTMLElement; readonly curves: readonly Curve[]; plot: uPlot }[] = [];
  #series: Series | undefined;

  constructor() {
    const place = byId("charts");
    for (const { title, curves } of CHARTS) {
      const box = element("div", "", "chart");
      box.append(element("h3", title));
      place.append(box);
      this.#made.push({ box, curves, plot: plotOf(curves, box) });
    }
    new ResizeObserver(() => this.#resize()).observe(place);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#repaint());
  }

  show(series: Series): void {
    this.#series = series;
    for (const { plot, curves } of this.#made) plot.setData(dataOf(series, curves));
  }

  #resize(): void {
    for (const { plot, box } of this.#made) plot.setSize({ width: widthOf(box), height: HEIGHT });
  }

  /** A canvas knows no variables of a style sheet. */
  #repaint(): void {
    for (const chart of this.#made) {
      chart.plot.destroy();
      chart.plot = plotOf(chart.curves, chart.box);
    }
    if (this.#series) this.show(this.#series);
  }
}

function dataOf(series: Series, curves: readonly Curve[]): uPlot.AlignedData {
  return [series.time, ...curves.map(({ from }) => series[from])];
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString("en-GB");
}

function widthOf(box: HTMLElement): number {
  return Math.max(200, box.clientWidth - 8);
}

function plotOf(curves: readonly Curve[], box: HTMLElement): uPlot {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: color("--quiet"),
    grid: { stroke: color("--line"), width: 1 },
    ticks: { stroke: color("--line"), width: 1 },
    font: "11px system-ui, sans-serif",
  };
  const options: uPlot.Options = {
    ...{ width: widthOf(box), height: HEIGHT },
    cursor: { y: false },
    scales: { y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
    axes: [
      { ...axis, size: 32, space: 80, values: (_, splits) => splits.map(timeOf) },
      { ...axis, size: 52 },
    ],
    series: [
      { label: "at", value: (_, seconds) => (seconds === null ? "–" : timeOf(seconds)) },
      ...curves.map(({ label, color: name }) => ({ label, stroke: color(name), width: 1.5, points: { show: false } })),
    ],
  };
  return new uPlot(options, [[], ...curves.map(() => [])], box);
}
