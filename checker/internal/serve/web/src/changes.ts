// What a reader has changed in a network's picture: links that are cut, and what a node was
// given. Each is a value of the cell, by the name under which show.Touchable asks for it.
export class Changes {
  private readonly on: Set<string>;

  constructor(private readonly title: string, readonly traits: string[], on: string[], private readonly set?: (label: string, value: number) => void) {
    this.on = new Set(on);
  }

  // can is whether the network runs again if it is changed.
  get can() { return !!this.set && this.traits.length > 0; }
  get any() { return this.on.size > 0; }

  cut(a: string, b: string) { return this.on.has(`cut ${a} ${b}`); }
  of(node: string) { return this.traits.filter((t) => this.on.has(`${node} ${t}`)); }

  // toggle runs the network again with one thing changed, and returns whether it is on now.
  toggle(change: string): boolean {
    const on = !this.on.delete(change);
    if (on) this.on.add(change);
    this.set?.(`${this.title}: ${change}`, Number(on));
    return on;
  }

  undo() { for (const change of [...this.on]) this.toggle(change); }

  // same takes what a run says that it was run with.
  same(on: string[]) {
    this.on.clear();
    for (const change of on) this.on.add(change);
  }
}

