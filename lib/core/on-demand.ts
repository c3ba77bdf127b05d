/** What most hosts never use: loaded when it is first needed, so that the library starts as fast without. */
type Transpiling = typeof import("../modules/transpile.ts");
type Maps = typeof import("../source-maps/source-maps.ts");
type Traces = typeof import("../source-maps/traces.ts");
type Imports = typeof import("./module-imports.ts");
type Inspecting = typeof import("./inspector-sessions.ts");

// The compiled files are called so; Bun finds the others under these names, too.
export const moduleImports = (): Imports => require("./module-imports.js") as Imports;
export const inspectorSessions = (): Inspecting => require("./inspector-sessions.js") as Inspecting;
export const transpiling = (): Transpiling => require("../modules/transpile.js") as Transpiling;
export const sourceMaps = (): Maps => require("../source-maps/source-maps.js") as Maps;
export const traces = (): Traces => require("../source-maps/traces.js") as Traces;
