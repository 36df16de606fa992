/** The parts of a zod schema that are read here. */
export interface SchemaNode {
  def: Partial<Record<'innerType' | 'in' | 'element' | 'keyType' | 'valueType', SchemaNode>> & {
    options?: readonly SchemaNode[];
    values?: readonly unknown[];
  };
  shape?: Record<string, SchemaNode>;
  options?: readonly unknown[];
  minValue?: number | null;
  maxValue?: number | null;
}

/**
 * The schema of the value at a path. Optional, default and transformed schemas stand for what they hold, a union for the
 * form of the value's `kind`.
 */
export function nodeAt(
  schema: SchemaNode | undefined,
  path: readonly PropertyKey[],
  value: unknown,
): SchemaNode | undefined {
  let node = schema;
  while (node?.def.innerType ?? node?.def.in) node = node?.def.innerType ?? node?.def.in;
  if (node?.def.options !== undefined) node = formOf(node, value) ?? node;
  const [part, ...rest] = path;
  if (part === undefined || node === undefined) return node;
  const next = node.shape?.[String(part)] ?? node.def.element ?? node.def.valueType;
  return nodeAt(next, rest, Object(value)[part]);
}

function formOf(union: SchemaNode, value: unknown): SchemaNode | undefined {
  const forms = (union.def.options ?? []).flatMap((option) => option.def.options ?? [option]);
  return forms.find((form) => form.shape?.kind?.def.values?.includes(Object(value).kind));
}
