// The pictures of the pages: each can be saved, and those that have a drawing here
// can be touched. Without JavaScript, or if a drawing fails, the still picture stays.
import { attack } from "./attack";
import { backoff } from "./backoff";
import { bits } from "./bits";
import { channels } from "./channels";
import { coins } from "./coins";
import { compactsize } from "./compactsize";
import { crash } from "./crash";
import { frame } from "./frame";
import { frontier } from "./frontier";
import { genesis } from "./genesis";
import { gossip } from "./gossip";
import { hints } from "./hints";
import { kinds } from "./kinds";
import { ladder } from "./ladder";
import { lanes } from "./lanes";
import { layers } from "./layers";
import { locator } from "./locator";
import { merkle } from "./merkle";
import { mining } from "./mining";
import { pace } from "./pace";
import { payload } from "./payload";
import { payment } from "./payment";
import { places } from "./places";
import { progress } from "./progress";
import { race } from "./race";
import { relay } from "./relay";
import { reorg } from "./reorg";
import { dark, flat, saver } from "./save";
import { script } from "./script";
import { services } from "./services";
import { stream } from "./stream";
import { Figure } from "./touch";
import { window } from "./window";

const drawings: Record<string, (f: Figure) => void | Promise<void>> = { attack, backoff, bits, channels, coins, compactsize, crash, frame, frontier, genesis, gossip, hints, kinds, ladder, lanes, layers, locator, merkle, mining, pace, payload, payment, places, progress, race, relay, reorg, script, services, stream, window };

export function figures(root: ParentNode) {
  for (const img of root.querySelectorAll<HTMLImageElement>("figure > img[src*='pictures/']")) {
    const el = img.parentElement!, [, folder, name] = /(?:(\w+)\/)?pictures\/([\w-]+)\.svg$/.exec(img.getAttribute("src") ?? "") ?? [];
    if (!name) continue;
    el.dataset.picture = name;
    const keep = () => el.append(saver(img.alt, `${folder ?? "nodebook"}-${name}`, async () => flat(await (await fetch(img.src)).text(), dark())));
    if (drawings[name]) void touch(new Figure(el, `${folder}-${name}`, img.alt), drawings[name]).catch((e) => {
      console.error(e); // the still picture says it without touch
      el.classList.remove("touch");
      keep();
    });
    else keep();
  }
}

// touch draws a figure, which may have to read its still picture first.
async function touch(f: Figure, draw: (f: Figure) => void | Promise<void>) {
  await draw(f);
  f.show();
}
