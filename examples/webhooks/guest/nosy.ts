// A tenant's handler that asks for what is not its own: the cloud's credentials, a neighbour on the host, somebody's site.
const WANTED = [
  "http://169.254.169.254/latest/meta-data/",
  "http://127.0.0.1:22/",
  "https://elsewhere.example/?secrets",
];

export default async function (): Promise<string[]> {
  return Promise.all(WANTED.map((url) => fetch(url).then(String, ({ message }: Error) => message)));
}
