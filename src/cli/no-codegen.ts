import * as z from 'zod';

// To compile a check takes longer than to make it once. Stands before the schemas are made.
z.config({ jitless: true });
