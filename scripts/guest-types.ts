// npm run guest-types: writes lib/guest/platform.d.ts, the types of what a guest's global object has.
// Needed after a change of the platform's interfaces or of TypeScript; a test compares.
import { join } from "node:path";
import { V8Sandbox } from "../lib/index.ts";
import { platformTypes } from "./guest-types/generate.ts";
import { shapeOf } from "./guest-types/shape.ts";
import { root } from "./setup/paths.mjs";

using sandbox = new V8Sandbox({ threads: 1 });
const shape = await shapeOf(await sandbox.createIsolate());
await Bun.write(join(root, "lib/guest/platform.d.ts"), platformTypes(shape));
