import { renderMarkdown } from "../work/marked.ts";
import { serve } from "./serve.ts";

serve(renderMarkdown);
