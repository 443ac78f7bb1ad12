import { dirname } from 'node:path';
import { generate } from './generated.ts';

// `npm run generate`: brings everything that is made from the code up to date.
const changed = await generate(dirname(import.meta.dirname));
console.log(
  changed.length === 0 ? 'Everything generated is fresh.' : changed.map((file) => `wrote ${file}`).join('\n'),
);
