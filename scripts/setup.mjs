// All set-up of a clone: npm packages, Bun, V8, ada, OpenSSL, Brotli, the engine. Idempotent; does only what is missing or
// out of date.
//   node scripts/setup.mjs [--no-engine]
// Runs on node because Bun is one of the things it brings.
import { ensureAda } from "./setup/ada.mjs";
import { brotli } from "./setup/brotli.mjs";
import { ensureBun } from "./setup/bun.mjs";
import { ensureEngine } from "./setup/engine.mjs";
import { withLock } from "./setup/lock.mjs";
import { ensureNpmPackages } from "./setup/npm.mjs";
import { openssl } from "./setup/openssl.mjs";
import { checkPrerequisites } from "./setup/prerequisites.mjs";
import { SetupError } from "./setup/run.mjs";
import { ensureV8, v8Present } from "./setup/v8.mjs";
import { zlib } from "./setup/zlib.mjs";

const engine = !process.argv.includes("--no-engine");

try {
  checkPrerequisites({ engine, freshV8: !v8Present() });
  await withLock(async () => {
    await ensureNpmPackages();
    const bun = await ensureBun();
    if (engine) {
      await ensureV8();
      await ensureAda();
      await openssl.ensure();
      await brotli.ensure();
      await zlib.ensure();
      await ensureEngine(bun);
    }
  });
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`\n[setup] ${error.message}\n`);
  // `npm test` promises one line of counts at its end, whatever happens.
  if (process.env.npm_lifecycle_event === "test") process.stdout.write("0 passed, 1 failed\n");
  process.exitCode = 1;
}
