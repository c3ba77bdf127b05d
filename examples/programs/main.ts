// Programs as a model would have written them, recorded: a good one, one that needs its errors explained, and hostile ones.
//   bun examples/programs/main.ts
import { run } from "network-runtime/run";
import { answer, explained, type Model } from "./agent.ts";
import { packageTools, type Lockfile } from "./packages.ts";

const lockfile = (await Bun.file(new URL("../../package-lock.json", import.meta.url)).json()) as Lockfile;
const tools = packageTools(lockfile);

/** Programs of a file, one after another. Its first line says what was asked. */
async function recorded(name: string): Promise<{ question: string; programs: string[] }> {
  const text = await Bun.file(new URL(`recorded/${name}.ts`, import.meta.url)).text();
  const [question = "", ...lines] = text.split("\n");
  return { question: question.slice(3), programs: lines.join("\n").split("// ---\n") };
}

/** Stands in for a model: it says what was said before, and shows what it was told. */
function replay(programs: readonly string[]): Model {
  let turn = 0;
  return (prompt) => {
    const trouble = /^It failed: .*$/m.exec(prompt)?.[0];
    if (trouble) console.log(`  ${trouble}`);
    return programs[turn++]!;
  };
}

for (const name of ["good", "wrong"]) {
  const { question, programs } = await recorded(name);
  console.log(question);
  const { result, attempts } = await answer(question, tools, replay(programs));
  console.log(`  ${result.reason} at attempt ${attempts}, ${result.toolCallCount} calls of tools in the last`);
  for (const { text } of result.logs) console.log(`  printed: ${text}`);
  console.log("  answer:", JSON.stringify(result.value));
}

const { question, programs } = await recorded("hostile");
console.log(question);
for (const program of programs) {
  // Who only waits is not worth waiting for; the others have their limits of CPU time and memory.
  const wallMs = program.includes("new Promise(() => {})") ? 500 : 60_000;
  const limits = { cpuMs: 50, memoryMb: 16, wallMs, toolCallsMax: 50, logLengthMax: 64, messageBytesMax: 2 ** 20 };
  const result = await run(program, { tools, language: "ts", limits });
  const first = program.trim().split("\n")[0]!.slice(0, 44).padEnd(44);
  const what = result.ok ? `: ${JSON.stringify(result.value)}` : "";
  const why = result.reason === "threw" ? `: ${explained(result.error).split("\n")[0]}` : "";
  console.log(`  ${first} ${result.reason}${what}${why}`);
}
