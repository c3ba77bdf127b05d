// TanStack AI's code mode on isolates: bun examples/tanstack.ts. What a model would write is here as text.
import { toolDefinition } from "@tanstack/ai";
import { createCodeMode } from "@tanstack/ai-code-mode";
import { z } from "zod";
import { createIsolateDriver } from "../lib/tanstack/index.ts";

const fetchWeather = toolDefinition({
  name: "fetchWeather",
  description: "Get weather for a city",
  inputSchema: z.object({ location: z.string() }),
  outputSchema: z.object({ temperature: z.number() }),
}).server(async ({ location }) => ({ temperature: location.length * 10 }));

// For `chat({ systemPrompts: [systemPrompt], tools: [tool], … })`.
const { tool } = createCodeMode({
  driver: createIsolateDriver({ limits: { cpuMs: 500, memoryMb: 64 } }),
  tools: [fetchWeather],
});

const typescriptCode = `
  const cities = ["Tokyo", "Paris", "Rome"];
  const weather = await Promise.all(cities.map((location) => external_fetchWeather({ location })));
  console.log("asked for", cities.length);
  return Object.fromEntries(cities.map((city, index) => [city, weather[index].temperature]));`;
console.log(JSON.stringify(await tool.execute?.({ typescriptCode })));
