// What models wrote, as it was recorded, and what hostile ones would. Each is the body of an async function; CALL stands for how
// the tools are called.

/** Programs that do their work. */
export const GOOD = [
  {
    name: "compares in a loop",
    code: `
const cities = ["Tokyo", "Paris", "NYC"];
const results = await Promise.all(cities.map((city) => CALL({ location: city })));
const warmest = results.reduce((prev, curr) => (curr.temperature > prev.temperature ? curr : prev));
return { warmestCity: warmest.location, temperature: warmest.temperature };`,
    value: { warmestCity: "Tokyo", temperature: 72 },
  },
  {
    name: "prints, and handles a tool's failure",
    code: `
console.log("Fetching weather…");
try {
  await CALL({ location: "Atlantis" });
} catch (error) {
  console.warn(\`failed: \${error.message}\`);
  return "no data for Atlantis";
}`,
    value: "no data for Atlantis",
  },
  { name: "returns nothing", code: `await CALL({ location: "Paris" });`, value: undefined },
];

/** Programs that do not, and what is told of them. */
export const BAD = [
  { name: "cannot be parsed", code: "const x = ;", message: /Unexpected/ },
  { name: "throws", code: "const data = null;\nreturn data.length;", message: /Cannot read properties of null/ },
  {
    name: "calls what there is not",
    code: "return await fetchEverything();",
    message: /fetchEverything is not defined/,
  },
  { name: "never ends", code: "while (true) {}", message: /cpu_limit_exceeded/ },
  {
    name: "takes all memory",
    code: "const all = []; for (;;) all.push(new Array(1e5).fill(all.length));",
    message: /memory_limit_exceeded/,
  },
  {
    name: "wants a shell",
    code: "return require('child_process').execSync('id').toString();",
    message: /require is not defined/,
  },
  { name: "wants the environment", code: "return process.env;", message: /process is not defined/ },
  {
    name: "wants a module",
    code: "const fs = await import('node:fs'); return fs.readFileSync('/etc/passwd', 'utf8');",
    message: /node:fs/,
  },
  {
    name: "wants the network",
    code: "return (await fetch('http://169.254.169.254/latest/meta-data')).text();",
    message: /.+/,
  },
  {
    name: "climbs out by a tool's constructor",
    code: "return CALL.constructor.constructor('return process')().pid;",
    message: /process is not defined/,
  },
  {
    name: "answers with what lies",
    code: "return { get secret() { throw new Error('a trap of the guest'); } };",
    message: /a trap of the guest/,
  },
];

/** The tool of these programs. */
export async function weather({ location }: { location: string }): Promise<{ location: string; temperature: number }> {
  const temperatures: Record<string, number> = { Tokyo: 72, Paris: 61, NYC: 55 };
  const temperature = temperatures[location];
  if (temperature === undefined) throw new Error(`There is no weather in ${location}.`);
  return { location, temperature };
}

/** Of each program. */
export const limits = { cpuMs: 200, memoryMb: 32, wallMs: 5000 };
