// How many packages have which license?
const counts: Record<string, number> = {};
for (let offset = 0; ; offset += 50) {
  const { names, total } = await tools.packages.list({ offset });
  for (const { license } of await Promise.all(names.map((name) => tools.packages.get({ name })))) {
    counts[license] = (counts[license] ?? 0) + 1;
  }
  if (offset + 50 >= total) break;
}
Object.entries(counts).sort(([, a], [, b]) => b - a);
