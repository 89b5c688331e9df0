// Makes a client from the document that the running fake serves, as anybody would, and builds the program that uses it.
//
// The client, its types and its validators are @hey-api/openapi-ts's; `tsc` holds the program against them, so a wrong name, a missing field
// or an answer of another type is an error here. Nothing of it is kept: all lies below `FOLDER`, which is the test's own.

import { copyFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

const { DOCUMENT, FOLDER, MODULES } = process.env;
const installed = createRequire(`${MODULES}/`);
const here = new URL('.', import.meta.url).pathname;

// It can be imported only, so its package says where it is.
const generator = installed.resolve('@hey-api/openapi-ts/package.json');
const { createClient } = await import(pathToFileURL(join(dirname(generator), installed(generator).exports['.'].import)));
await createClient({
  input: DOCUMENT,
  output: { path: join(FOLDER, 'client'), module: { extension: '.js' } },
  plugins: ['@hey-api/typescript', '@hey-api/client-fetch', 'zod', { name: '@hey-api/sdk', validator: true }],
  logs: { level: 'silent', file: false },
});

for (const name of readdirSync(here).filter((name) => name.endsWith('.ts'))) copyFileSync(join(here, name), join(FOLDER, name));
symlinkSync(MODULES, join(FOLDER, 'node_modules'));
writeFileSync(join(FOLDER, 'package.json'), '{ "type": "module" }');
const compilerOptions = {
  strict: true,
  target: 'es2022',
  lib: ['es2022', 'dom', 'dom.iterable'],
  module: 'nodenext',
  skipLibCheck: true,
  noUncheckedIndexedAccess: true,
  types: ['node'],
  outDir: 'built',
};
writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['client', '*.ts'] }));

const compiled = spawnSync(process.execPath, [installed.resolve('typescript/lib/tsc.js'), '--project', FOLDER], { encoding: 'utf8' });
if (compiled.status !== 0) {
  console.error(compiled.stdout, compiled.stderr);
  process.exit(1);
}
console.log('ok generated');
