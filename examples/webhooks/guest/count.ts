// A tenant's handler that remembers: its isolate lives as long as events come.
const commits = new Map<string, number>();

export default function (_event: string, payload: { commits: { author: { name: string } }[] }): [string, number][] {
  for (const { author } of payload.commits) commits.set(author.name, (commits.get(author.name) ?? 0) + 1);
  return [...commits];
}
