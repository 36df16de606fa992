import * as z from 'zod';
import { accessLevels, categories, errorClasses, formats, taskStatuses, tiers } from './words.ts';

export const Category = z.enum(categories);
export type Category = z.infer<typeof Category>;

export const Tier = z.enum(tiers);
export type Tier = z.infer<typeof Tier>;

export const Access = z.enum(accessLevels);
export type Access = z.infer<typeof Access>;

export const TaskStatus = z.enum(taskStatuses);
export type TaskStatus = z.infer<typeof TaskStatus>;

export const ErrorClass = z.enum(errorClasses);
export type ErrorClass = z.infer<typeof ErrorClass>;

export const Format = z.enum(formats);
export type Format = z.infer<typeof Format>;

/** An error as documents carry it; `message` holds the tool's own words where it had some. */
export const TaskError = z.object({ class: ErrorClass, message: z.string() });
export type TaskError = z.infer<typeof TaskError>;
