// One stop of Tab for many parts of a drawing: the arrows move between them.
export interface Roving { go(i: number, focus?: boolean): void; at: number }

// roving has the arrows, Home and End move the focus among parts. row is how many lie
// in a row, for the arrows up and down.
export function roving(parts: SVGElement[], row: number, met: (i: number) => void): Roving {
  const r: Roving = {
    at: 0,
    go(i, focus = true) {
      r.at = Math.max(0, Math.min(parts.length - 1, i));
      parts.forEach((p, k) => p.setAttribute("tabindex", k === r.at ? "0" : "-1"));
      if (focus) (parts[r.at] as SVGElement & HTMLOrSVGElement).focus();
    },
  };
  const steps: Record<string, (i: number) => number> = {
    ArrowLeft: (i) => i - 1, ArrowRight: (i) => i + 1, ArrowUp: (i) => (i - row < 0 ? i : i - row), ArrowDown: (i) => (i + row < parts.length ? i + row : i),
    Home: () => 0, End: () => parts.length - 1,
  };
  parts.forEach((p, i) => {
    p.addEventListener("focus", () => { r.go(i, false); met(i); });
    p.addEventListener("pointerdown", () => r.go(i));
    p.addEventListener("keydown", (e) => {
      const step = (e as KeyboardEvent).ctrlKey || (e as KeyboardEvent).altKey || (e as KeyboardEvent).metaKey ? undefined : steps[(e as KeyboardEvent).key];
      if (!step) return;
      e.preventDefault();
      e.stopPropagation();
      r.go(step(i));
    });
  });
  r.go(0, false);
  return r;
}

// press has Enter, the space bar and a click do the same to a part.
export const press = (parts: SVGElement[], act: (i: number) => void) => parts.forEach((p, i) => {
  p.addEventListener("click", () => act(i));
  p.addEventListener("keydown", (e) => {
    const k = e as KeyboardEvent;
    if ((k.key !== "Enter" && k.key !== " ") || k.ctrlKey || k.altKey || k.metaKey || k.shiftKey) return;
    k.preventDefault();
    k.stopPropagation();
    act(i);
  });
});
