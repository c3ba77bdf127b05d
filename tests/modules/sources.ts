/** Types of modules in tests. */
import type { ModuleMap } from "../../lib/index.ts";

/** A map, checked. */
export function sources(map: ModuleMap): ModuleMap {
  return map;
}
