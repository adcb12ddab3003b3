/** What the package exports, read from the declarations in `dist/`: the names, and the examples in their doc comments. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** An exported name. */
export interface Export {
  /** The entry point, as it is imported: `teleprinter/core`. */
  readonly entry: string;
  readonly name: string;
  /** The file that declares it. */
  readonly file: string;
  /** The doc comments of its declarations. */
  readonly comment: string;
}

/** An `@example` of a doc comment. */
export interface Example {
  readonly language: string;
  readonly code: string;
}

const { exports: entries } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Record<string, { readonly types?: string } | string>;
};

/** All names of all entry points. */
export function exportsOfPackage(): readonly Export[] {
  return Object.entries(entries).flatMap(([path, target]) => {
    if (typeof target === 'string') return [];
    const entry = path.replace('.', 'teleprinter');
    return Array.from(namesIn(target.types!), ([name, { file, own }]) => ({
      entry,
      name,
      file,
      comment: commentsOf(own, readFileSync(file, 'utf8')),
    }));
  });
}

interface Place {
  readonly file: string;
  /** The name that it has there. */
  readonly own: string;
}

/** The names that a file exports, and where each is declared. What is named itself goes before what `*` brings. */
function namesIn(file: string): Map<string, Place> {
  const text = readFileSync(file, 'utf8').replaceAll(/\/\*.*?\*\//gs, '');
  const names = new Map<string, Place>();
  const from = (path: string): Map<string, Place> =>
    namesIn(join(dirname(file), path.replace(/\.[jt]s$/, '.d.ts')));
  for (const [, path = ''] of text.matchAll(/^export \* from '(.+?)'/gm))
    for (const [name, place] of from(path)) names.set(name, place);
  for (const [, list = '', path = ''] of text.matchAll(/^export (?:type )?\{(.+?)\} from '(.+?)'/gms)) {
    const others = from(path);
    for (const [, own = '', name = own] of list.matchAll(/(?:type )?(\w+)(?: as (\w+))?,?/g))
      names.set(name, others.get(own) ?? { file: path, own });
  }
  const declared = /^export (?:declare )?(?:abstract )?(?:function|const|class|interface|type) (\w+)/gm;
  for (const [, own = ''] of text.matchAll(declared)) names.set(own, { file, own });
  return names;
}

/** The doc comments right before the declarations of a name. */
function commentsOf(name: string, text: string): string {
  const pattern = new RegExp(
    String.raw`(/\*\*(?:(?!\*/).)*\*/)\s*export (?:declare )?(?:abstract )?(?:function|const|class|interface|type) ${name}\b`,
    'gs',
  );
  return Array.from(text.matchAll(pattern), ([, comment]) => comment).join('\n');
}

/** The examples of doc comments. */
export function examplesOf(comments: string): readonly Example[] {
  return comments.split('*/').flatMap((comment) => {
    const text = comment.replaceAll(/^\s*(\/\*\*|\*) ?/gm, '');
    return Array.from(text.matchAll(/^@example\n(.*?)(?=^@\w|(?![\s\S]))/gms), ([, content = '']) => {
      const [, language = 'ts', code = content] = /^```(\w+)\n(.*?)^```/ms.exec(content) ?? [];
      return { language, code: code.trim() };
    });
  });
}
