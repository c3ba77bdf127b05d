import { parseProgram } from "../work/acorn.ts";
import { serve } from "./serve.ts";

serve(parseProgram);
