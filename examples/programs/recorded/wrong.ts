// What does zod's neighbour "valibot" need? Written as models do it: a number too large, then a name that there is not, then right.
const { names } = await tools.packages.list({ prefix: "valibot", limit: 1000 });
names;
// ---
const found = await tools.packages.get({ name: "valibot-core" });
found.dependencies;
// ---
const { names } = await tools.packages.list({ prefix: "valibot" });
const found = await Promise.all(names.map((name) => tools.packages.get({ name })));
console.log(`looked at ${found.length}`);
found.map(({ name, dependencies }) => `${name}: ${dependencies.length}`);
