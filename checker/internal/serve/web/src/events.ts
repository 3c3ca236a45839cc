// A line of an event stream: docs/events.md says what each field means.
export interface Event {
  ms: number; node: string; kind: string; peer?: string; command?: string; hash?: string;
  parent?: string; height?: number; count?: number; removed?: number; error?: string;
}
