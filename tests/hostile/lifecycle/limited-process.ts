// A process that may have few threads, descriptors, addresses or little memory refuses isolates with an error that says of
// what there is too little, and goes on.
import { join } from "node:path";
import { expect } from "../harness.ts";

const script = join(import.meta.dir, "../limited-host.ts");

/** The limits of threads do not hold for root. */
const asNobody = process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--clear-groups"] : [];

async function run(limit: string, wanted: number): Promise<{ made: number; refusals: string[]; host: boolean }> {
  const command = `${limit}; exec "$0" "$@"`;
  const child = Bun.spawn([...asNobody, "bash", "-c", command, process.execPath, script, String(wanted)], {
    env: { ...process.env, HOME: "/tmp" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  await child.exited;
  const ending = child.signalCode ?? child.exitCode;
  expect(ending === 0, `${limit}: the process ended with ${ending}: ${stderr}`);
  return JSON.parse(stdout) as { made: number; refusals: string[]; host: boolean };
}

const few = await run("ulimit -u 40", 60);
expect(few.host, "with few threads the host got none");
expect(few.made === 60, `with few threads ${few.made} isolates were made: ${few.refusals.join()}`);

for (const limit of ["ulimit -v 9000000", "ulimit -d 4000000", "ulimit -n 64"]) {
  const { refusals, host } = await run(limit, 400);
  expect(host, `${limit}: the host got no memory`);
  const others = refusals.filter((refusal) => !refusal.startsWith("LimitError"));
  expect(others.length === 0, `${limit}: ${others.join()}`);
}
