// A tenant's handler: tells the team's chat of what was pushed.
interface Push {
  readonly ref: string;
  readonly compare: string;
  readonly repository: { readonly full_name: string };
  readonly pusher: { readonly name: string };
  readonly commits: readonly { readonly message: string; readonly author: { readonly name: string } }[];
}

export default async function (event: string, payload: Push, chat: string): Promise<string> {
  if (event !== "push") return `nothing to say about ${event}`;
  const branch = payload.ref.replace("refs/heads/", "");
  const lines = payload.commits.map(({ message, author }) => `- ${message.split("\n")[0]} (${author.name})`);
  const text = [`${payload.pusher.name} pushed to ${payload.repository.full_name}@${branch}`, ...lines].join("\n");
  const response = await fetch(chat, { method: "POST", body: JSON.stringify({ text }) });
  if (!response.ok) throw new Error(`the chat answered ${response.status}`);
  return `announced ${payload.commits.length} commits`;
}
