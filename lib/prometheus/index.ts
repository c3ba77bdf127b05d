/**
 * Sandboxes' metrics for Prometheus, in a registry of `prom-client`, which the host installs: {@link exportMetrics}.
 *
 * @packageDocumentation
 */
export { exportMetrics } from "./exporter.ts";
export type { ExportOptions } from "./exporter.ts";
