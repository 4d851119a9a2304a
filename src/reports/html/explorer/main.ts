import type { CaseList } from "../case-data.ts";
import { unpackList } from "./blocks.ts";
import { existing, node } from "./dom.ts";
import { explorer } from "./explorer.ts";

/** Fills the page's section, and opens the case that the address names. */
async function start(): Promise<void> {
  const { elements, open, refresh } = explorer(await unpackList<CaseList>(), failed);
  existing("explorer").replaceChildren(...elements);
  const openAddress = () => {
    const isOpen = open(location.hash);
    if (isOpen) existing("cases").scrollIntoView();
    return isOpen;
  };
  addEventListener("hashchange", openAddress);
  if (!openAddress()) refresh();
}

function failed(error: unknown): void {
  const words = error instanceof Error ? error.message : String(error);
  existing("explorer").prepend(
    node("p", { class: "banner", role: "alert" }, `The cases cannot be shown: ${words}`),
  );
}

void start().catch(failed);
