// What posts events and looks at nothing but the status, as many programs do.

/** Posts events one after the other. @returns how many were taken */
export async function post({ url, count }: { url: string; count: number }): Promise<number> {
  let taken = 0;
  for (let index = 0; index < count; index++) {
    const { ok } = await fetch(url, { method: "POST", body: JSON.stringify({ index }) });
    if (ok) taken++;
  }
  return taken;
}
