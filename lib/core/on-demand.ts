/** What most hosts never use: loaded when it is first needed, so that the library starts as fast without. */
import type * as Transpiling from "../modules/transpile.ts";
import type * as Maps from "../source-maps/source-maps.ts";
import type * as Traces from "../source-maps/traces.ts";
import type * as Imports from "./module-imports.ts";

// The compiled files are called so; Bun finds the others under these names, too.
export const moduleImports = (): typeof Imports => require("./module-imports.js") as typeof Imports;
export const transpiling = (): typeof Transpiling => require("../modules/transpile.js") as typeof Transpiling;
export const sourceMaps = (): typeof Maps => require("../source-maps/source-maps.js") as typeof Maps;
export const traces = (): typeof Traces => require("../source-maps/traces.js") as typeof Traces;
