// h makes an element. Strings become text, never markup.
export function h(tag: string, props: Record<string, string | boolean | EventListener> = {}, ...children: (Node | string)[]): HTMLElement {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) {
    if (typeof v === "function") e.addEventListener(k, v);
    else if (v === true) e.setAttribute(k, "");
    else if (v !== false) e.setAttribute(k, v);
  }
  e.append(...children);
  return e;
}

export function svg(tag: string, props: Record<string, string | number> = {}, ...children: (Node | string)[]): SVGElement {
  const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [k, v] of Object.entries(props)) e.setAttribute(k, String(v));
  e.append(...children);
  return e;
}

// one is the one element below root that a selector names.
export const one = <T extends HTMLElement = HTMLElement>(root: ParentNode, selector: string) => root.querySelector(selector) as T;

export const message = (e: unknown) => (e instanceof Error ? e.message : String(e));

export function table(header: string[], rows: string[][], caption = ""): HTMLElement {
  return h("div", { class: "wide", tabindex: "0", role: "group", "aria-label": caption || "table" },
    h("table", {},
      ...(caption ? [h("caption", {}, caption)] : []),
      h("thead", {}, h("tr", {}, ...header.map((t) => h("th", { scope: "col" }, t)))),
      h("tbody", {}, ...rows.map((r) => h("tr", {}, ...r.map((t) => h("td", {}, t)))))));
}

// asTable is what a picture shows, as a table that opens.
export function asTable(header: string[], rows: string[][], title?: string): HTMLElement {
  return h("details", { class: "astable" }, h("summary", {}, "as a table"), table(header, rows, title));
}
