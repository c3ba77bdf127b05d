import { Registry, register as defaultRegistry } from "prom-client";
import type { Metric, MetricObjectWithValues, MetricValue } from "prom-client";
import { V8Sandbox } from "../api/sandbox.ts";
import { ArgumentError, OptionError } from "../contract/errors.ts";
import type { SandboxMetrics } from "../contract/metrics.ts";
import { checkOptionNames } from "../contract/option-names.ts";
import { checkText } from "../contract/option-values.ts";
import { show } from "../contract/show.ts";
import type { Family } from "./families.ts";
import { families } from "./families.ts";

/** Options of {@link exportMetrics}. */
export interface ExportOptions {
  /**
   * What the label `sandbox` says. Each sandbox of a registry has another.
   * @defaultValue "default"
   */
  readonly name?: string | undefined;
  /**
   * Where the metrics are put.
   * @defaultValue prom-client's own, `register`
   */
  readonly registry?: Registry | undefined;
}

/** What all names begin with. */
const PREFIX = "network_runtime_";
const DOING = "exportMetrics()";

/** By registry. */
const exporters = new WeakMap<Registry, Exporter>();

/**
 * Puts a sandbox's metrics into a registry of prom-client, where they are read whenever that is scraped: about a microsecond for
 * each isolate. They stay until they are disposed of, or nobody has the sandbox any more. No label's value comes from a guest.
 *
 * @param sandbox - whose metrics they are
 * @param options - the sandbox's name, and the registry
 * @returns takes them away
 * @throws ArgumentError if the registry has a sandbox of that name already; OptionError
 * @example
 * ```ts
 * import { register } from "prom-client";
 * import { exportMetrics } from "network-runtime/prometheus";
 *
 * exportMetrics(sandbox, { name: "plugins" });
 * Bun.serve({ routes: { "/metrics": async () => new Response(await register.metrics()) } });
 * ```
 */
export function exportMetrics(sandbox: V8Sandbox, options: ExportOptions = {}): Disposable {
  if (!(sandbox instanceof V8Sandbox)) {
    throw new ArgumentError(`${DOING}: the sandbox must be a V8Sandbox, but is ${show(sandbox)}.`);
  }
  checkOptionNames(options as unknown, ["name", "registry"], DOING);
  const { name = "default", registry = defaultRegistry } = options;
  checkText("name", name, DOING);
  if (typeof registry?.registerMetric !== "function") {
    throw new OptionError(
      "registry",
      `${DOING}: registry must be a Registry of prom-client, but is ${show(registry)}.`,
    );
  }
  let exporter = exporters.get(registry);
  if (!exporter) exporters.set(registry, (exporter = new Exporter(registry)));
  const remove = exporter.add(name, sandbox);
  return { [Symbol.dispose]: remove };
}

/** Metrics of sandboxes, by name. */
type Taken = readonly (readonly [name: string, metrics: SandboxMetrics])[];

/** The sandboxes of one registry. */
class Exporter {
  readonly #registry: Registry;
  readonly #sandboxes = new Map<string, WeakRef<V8Sandbox>>();
  /** Of one scrape: all families are read in the same turn. */
  #taken: Taken | undefined;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** @returns takes it away */
  add(name: string, sandbox: V8Sandbox): () => void {
    if (this.#sandboxes.get(name)?.deref()) {
      throw new ArgumentError(
        `${DOING}: the registry has a sandbox ${show(name)} already. Give this one another name.`,
      );
    }
    this.#register();
    const reference = new WeakRef(sandbox);
    this.#sandboxes.set(name, reference);
    return () => {
      if (this.#sandboxes.get(name) === reference) this.#sandboxes.delete(name);
    };
  }

  /** Again after somebody cleared the registry. */
  #register(): void {
    for (const family of families) {
      if (!this.#registry.getSingleMetric(PREFIX + family.name)) this.#registry.registerMetric(this.#metricOf(family));
    }
  }

  #metricOf({ name, help, type, labelNames, read }: Family): Metric {
    const values = (prefixed: string): MetricValue<string>[] =>
      this.#take().flatMap(([sandbox, metrics]) =>
        read(metrics).map(({ labels, value, suffix }) => ({
          ...(suffix && { metricName: prefixed + suffix }),
          labels: { sandbox, ...labels },
          value,
        })),
      );
    // What a registry asks of a metric; the classes that prom-client has keep values of their own.
    const metric = {
      ...{ name: PREFIX + name, help, type, aggregator: "sum", labelNames: ["sandbox", ...labelNames] },
      get: (): Promise<MetricObjectWithValues<MetricValue<string>>> =>
        Promise.resolve({ ...metric, values: values(metric.name) } as never),
      reset: (): void => {},
    };
    return metric as unknown as Metric;
  }

  #take(): Taken {
    if (this.#taken) return this.#taken;
    const taken = [...this.#sandboxes].flatMap(([name, reference]) => {
      const sandbox = reference.deref();
      if (!sandbox) this.#sandboxes.delete(name);
      return sandbox ? [[name, sandbox.metrics({ isolates: true })] as const] : [];
    });
    this.#taken = taken;
    queueMicrotask(() => (this.#taken = undefined));
    return taken;
  }
}
