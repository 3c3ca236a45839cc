// The pictures of the pages: each can be saved, and those that have a drawing here
// can be touched. Without JavaScript, or if a drawing fails, the still picture stays.
import { attack } from "./attack";
import { bits } from "./bits";
import { compactsize } from "./compactsize";
import { frame } from "./frame";
import { gossip } from "./gossip";
import { lanes } from "./lanes";
import { merkle } from "./merkle";
import { places } from "./places";
import { race } from "./race";
import { dark, flat, saver } from "./save";
import { services } from "./services";
import { stream } from "./stream";
import { Figure } from "./touch";
import { window } from "./window";

const drawings: Record<string, (f: Figure) => void> = { attack, bits, compactsize, frame, gossip, lanes, merkle, places, race, services, stream, window };

export function figures(root: ParentNode) {
  for (const img of root.querySelectorAll<HTMLImageElement>("figure > img[src*='pictures/']")) {
    const el = img.parentElement!, [, folder, name] = /(?:(\w+)\/)?pictures\/([\w-]+)\.svg$/.exec(img.getAttribute("src") ?? "") ?? [];
    if (!name) continue;
    el.dataset.picture = name;
    if (drawings[name]) {
      const f = new Figure(el, `${folder}-${name}`, img.alt);
      try {
        drawings[name](f);
        f.show();
        continue;
      } catch (e) {
        console.error(e); // the still picture says it without touch
        el.classList.remove("touch");
      }
    }
    el.append(saver(img.alt, `${folder ?? "nodebook"}-${name}`, async () => flat(await (await fetch(img.src)).text(), dark())));
  }
}
