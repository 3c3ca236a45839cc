import type { Frame } from "./api";
import { h } from "./dom";

export function network(f: Frame): HTMLElement {
  return h("div", { class: "text" }, h("pre", {}, f.text));
}
