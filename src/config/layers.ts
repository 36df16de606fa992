import { isAbsolute, join } from 'node:path';
import { stampOf } from '../base/files.ts';
import { packageRoot } from '../base/package-root.ts';
import { readYaml, type YamlFile } from '../base/yaml-file.ts';

/** The environment that configuration is read from. */
export type Environment = Record<string, string | undefined>;

/** Where a configuration file stands, weakest first. */
export type LayerName = 'shipped' | 'user' | 'repo';

/** A configuration file that is there. */
export interface Layer {
  name: LayerName;
  path: string;
  file: YamlFile;
}

/** The user's own folder, `${XDG_CONFIG_HOME:-~/.config}/orchestra`; undefined when neither variable is set. */
export function userFolder(env: Environment): string | undefined {
  const named = env.XDG_CONFIG_HOME;
  if (named && isAbsolute(named)) return join(named, 'orchestra');
  return env.HOME ? join(env.HOME, '.config', 'orchestra') : undefined;
}

/** The files called `name` of all layers, weakest first. Throws `config` for one that is not YAML. */
export function readLayers(name: string, env: Environment, repoRoot: string | undefined): Layer[] {
  const user = userFolder(env);
  const places: { name: LayerName; path: string; label: string }[] = [
    { name: 'shipped', path: join(packageRoot(), 'config', name), label: `config/${name}` },
  ];
  if (user !== undefined) {
    const path = join(user, name);
    places.push({ name: 'user', path, label: withTilde(path, env.HOME) });
  }
  if (repoRoot !== undefined) {
    places.push({ name: 'repo', path: join(repoRoot, '.orchestra', name), label: `.orchestra/${name}` });
  }
  return places.flatMap((place) => {
    const file = readOnce(place.path, place.label);
    return file === undefined ? [] : [{ name: place.name, path: place.path, file }];
  });
}

// A batch asks for the same files at every line. Who reads a value checks it into a new one.
const known = new Map<string, { stamp: string; file: YamlFile }>();

function readOnce(path: string, label: string): YamlFile | undefined {
  const stamp = stampOf(path);
  const before = known.get(path);
  if (before !== undefined && before.stamp === stamp && before.file.label === label) return before.file;
  const file = readYaml(path, label);
  if (file !== undefined && stamp !== undefined) known.set(path, { stamp, file });
  return file;
}

function withTilde(path: string, home: string | undefined): string {
  return home && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
