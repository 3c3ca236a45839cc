// Buttons that go through a figure step by step.
import type { Figure } from "./touch";

// steps shows step 0 to most; paint draws one, and returns what it says.
export function steps(f: Figure, most: number, start: number, paint: (at: number) => string) {
  let at = start;
  const go = (to: number, aloud = true) => {
    at = Math.max(0, Math.min(most, to));
    const words = paint(at);
    back.disabled = first.disabled = at === 0;
    on.disabled = at === most;
    if (aloud) f.say(words);
  };
  const back = f.button("Back", () => go(at - 1)), on = f.button("Step", () => go(at + 1)), first = f.button("Start again", () => go(0));
  f.pic.addEventListener("click", () => go(at + 1));
  go(start, false);
}
