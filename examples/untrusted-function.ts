/** One call of untrusted code: its value, or a typed error that says what went wrong. */
import { EvaluationError, SandboxError, V8Sandbox } from "network-runtime";

using sandbox = new V8Sandbox({ memoryMb: 32 });

for (const script of ["6 * 7", "null.x", "while (true);"]) {
  await using isolate = await sandbox.createIsolate();
  try {
    console.log(await isolate.evaluate(script, { filename: "untrusted.js", timeoutMs: 50 }));
  } catch (error) {
    if (error instanceof EvaluationError) console.log(error.guest.name, "in", error.guest.filename);
    else if (error instanceof SandboxError) console.log(error.code);
    else throw error;
  }
}
