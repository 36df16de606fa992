import { type Document, isAlias, isMap, isNode, isScalar, isSeq } from 'yaml';

/** Keys and list places that lead to a value, from the top of the file. */
export type YamlPath = readonly PropertyKey[];

/** Where the value at a path begins, and its key; for a list entry they are the same. The nearest one that is there. */
export function offsetOf(document: Document, path: YamlPath): { key: number; value: number } {
  let node: unknown = document.contents;
  let found = { key: startOf(node) ?? 0, value: startOf(node) ?? 0 };
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => String(isScalar(item.key) ? item.key.value : item.key) === String(part),
      );
      if (pair === undefined) return found;
      const key = startOf(pair.key) ?? found.key;
      found = { key, value: startOf(pair.value) ?? key };
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(part)];
      const start = startOf(item);
      if (start === undefined) return found;
      found = { key: start, value: start };
      node = item;
    } else return found;
  }
  return found;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
