// A small share of `bun run soak`: bombs one after another, what each leaves behind, neighbours optimized all the while.
import { bombs } from "../soak.ts";

await bombs(12);
