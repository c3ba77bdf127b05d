/**
 * Makes child processes what sandboxes have that do not say otherwise: the tests of the API run over both transports, and know
 * nothing of it. Preloaded by scripts/test.ts into every Bun of such a run, by BUN_OPTIONS.
 */
import { useIsolation } from "../../lib/contract/options.ts";

useIsolation("process");
