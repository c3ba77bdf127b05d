/** What most hosts never use: loaded when it is first needed, so that the library starts as fast without. */
type Template = typeof import("./isolate-template.ts");
type Options = typeof import("./template-options.ts");
type Tracing = typeof import("../trace/traced-engine.ts");
type Dashboards = typeof import("../dashboard/dashboard.ts");

// The compiled files are called so; Bun finds the others under these names, too.
export const templates = (): Template & Options => ({
  ...(require("./isolate-template.js") as Template),
  ...(require("./template-options.js") as Options),
});
export const tracing = (): Tracing => require("../trace/traced-engine.js") as Tracing;
export const dashboards = (): Dashboards => require("../dashboard/dashboard.js") as Dashboards;
