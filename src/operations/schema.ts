import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { documentSchemas } from '../model/documents.ts';
import { field, type Operation } from './operation.ts';

const input = z.object({
  name: field(z.string().optional(), {
    description: 'which document, such as summary',
    positional: true,
    value: 'NAME',
  }),
});

/** The JSON Schema of a document that other programs read. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'schema',
  summary: 'print the JSON Schema of a document',
  effect: 'read',
  input,
  output: 'a JSON Schema, or the list of names',
  examples: ['orchestra schema', 'orchestra schema summary'],
  async run(_caller, { name }) {
    const names = Object.keys(documentSchemas);
    if (name === undefined) return { documents: [{ schema: 'orchestra.schemas/1', names }] };
    const key = name.replace(/^orchestra\./, '').replace(/\/\d+$/, '');
    const schema = documentSchemas[key];
    if (schema === undefined) {
      throw new OrchestraError('usage', `There is no document "${name}".`, {
        hint: `Known: ${names.join(', ')}.`,
      });
    }
    return { documents: [z.toJSONSchema(schema, { unrepresentable: 'any', io: 'output' })] };
  },
};
