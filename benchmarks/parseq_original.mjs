// Runs the original sd-parseq headless, for comparison only: jobs come in as JSON lines, answers go out.
//
// Usage: node parseq_original.mjs DIR
//
// DIR is a checkout of sd-parseq in which `npm install` (and `npm install esbuild nearley`) has run.
// Nothing of it is copied here: its renderer, interpreter and grammar are bundled from DIR at start.
//
// Jobs:   {"render": document}            -> {"rendered": {...}, "cpu_s": n} or {"error": text}
//         {"time": document, "runs": n}   -> {"cpu_s": [n...]}
//         {"expression": text, "context": {...}} -> {"values": [...]} or {"error": text}
//         {"tree": text}                  -> {"tree": nested lists} or {"error": text}

import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const root = resolve(process.argv[2]);
const modules = [join(root, 'node_modules'), join(root, 'run', 'node_modules')].find(existsSync);
const require = createRequire(join(modules, 'x.js'));
const esbuild = require('esbuild');

const grammar = join(mkdtempSync(join(tmpdir(), 'parseq-')), 'parseq-lang.js');
execFileSync(process.execPath, [
  join(modules, 'nearley', 'bin', 'nearleyc.js'),
  join(root, 'src', 'parseq-lang', 'parseq-lang.ne'), '-o', grammar,
]);

// The weight of a prompt lives in a file of user interface: take those functions only.
function promptFunctions() {
  const text = readFileSync(join(root, 'src', 'components', 'Prompts.tsx'), 'utf8');
  const defaults = text.slice(text.indexOf('const DEFAULT_PROMPTS'), text.indexOf('function stringToPrompt'));
  const convert = text.slice(text.indexOf('export function convertPrompts'), text.indexOf('export function Prompts('));
  const weight = text.slice(text.indexOf('export function calculateWeight'));
  return `import _ from 'lodash';\n${defaults}\n${convert}\n${weight}`;
}

const entry = `
  export { parseqRender } from './parseq-renderer';
  export { parse } from './parseq-lang/parseq-lang-parser';
  export { convertPrompts } from './components/Prompts';
  export { defaultFields } from './data/fields';
  export { DEFAULT_OPTIONS } from './utils/consts';
`;
const bundle = await esbuild.build({
  stdin: { contents: entry, resolveDir: join(root, 'src'), loader: 'ts' },
  bundle: true, write: false, format: 'cjs', platform: 'node', logLevel: 'error',
  nodePaths: [modules],
  plugins: [{
    name: 'headless',
    setup(build) {
      build.onResolve({ filter: /components\/Prompts$/ }, () => ({ path: 'prompts', namespace: 'slice' }));
      build.onResolve({ filter: /parseq-lang\.js$/ }, () => ({ path: grammar }));
      build.onResolve({ filter: /utils\/utils$|^pako$|^d3$/ }, () => ({ path: 'empty', namespace: 'slice' }));
      build.onLoad({ filter: /^prompts$/, namespace: 'slice' }, () => (
        { contents: promptFunctions(), loader: 'ts', resolveDir: root }));
      build.onLoad({ filter: /^empty$/, namespace: 'slice' }, () => (
        { contents: 'export const base64_arraybuffer = null; export const deflate = null;', loader: 'js' }));
      build.onResolve({ filter: /^\.\/parseq-lang-ast$/ }, () => (
        { path: join(root, 'src', 'parseq-lang', 'parseq-lang-ast.ts') }));
    },
  }],
});
globalThis.window = { performance };
console.log = () => {};
console.error = () => {};
const module = { exports: {} };
new Function('module', 'exports', 'require', bundle.outputFiles[0].text)(module, module.exports, require);
const parseq = module.exports;

function load(document) {
  const doc = structuredClone(document);
  doc.managedFields ??= parseq.defaultFields.map((field) => field.name);
  doc.timeSeries ??= [];
  doc.options = { ...parseq.DEFAULT_OPTIONS, ...(doc.options || {}) };
  doc.prompts = parseq.convertPrompts(doc.prompts ?? {}, Math.max(...(doc.keyframes ?? []).map((kf) => kf.frame)));
  return doc;
}

function reversed(frames) {
  const copy = structuredClone(frames).reverse();
  copy.forEach((frame, index) => {
    frame.frame = index;
    for (const key of Object.keys(frame).filter((name) => name.endsWith('_delta'))) {
      frame[key] = key === 'zoom_delta' ? 1 / frame[key] : -frame[key];
    }
  });
  return copy;
}

const seconds = () => { const used = process.cpuUsage(); return (used.user + used.system) / 1e6; };

function tree(node) {
  if (!node || typeof node !== 'object') return node;
  return [node.constructor.name, node.value ?? null, node.start?.line ?? null, node.start?.col ?? null,
    ...(node.children ?? []).map(tree)];
}

function evaluate({ expression, context }) {
  const parsed = parseq.parse(expression);
  let activeKeyframe = 0;
  const values = [];
  for (let frame = 0; frame <= 10; frame++) {
    if (context.definedFrames.includes(frame)) activeKeyframe = frame;
    values.push(parsed.invoke({
      fieldName: 'test', allKeyframes: [], computed_values: [], variableMap: new Map(), timeSeries: [],
      ...context, activeKeyframe, frame,
    }));
  }
  return { values };
}

function answer(job) {
  try {
    if (job.render) {
      const doc = load(job.render);
      const start = seconds();
      const { renderedData } = parseq.parseqRender(doc);
      const cpu_s = seconds() - start;
      const { rendered_frames, rendered_frames_meta } = renderedData;
      return { rendered: { rendered_frames, rendered_frames_meta }, cpu_s,
        ...(doc.reverseRender ? { reversed: reversed(rendered_frames) } : {}) };
    }
    if (job.time) {
      const cpu_s = [];
      for (let run = 0; run < job.runs; run++) {
        const doc = load(job.time);
        const start = seconds();
        parseq.parseqRender(doc);
        cpu_s.push(seconds() - start);
      }
      return { cpu_s };
    }
    if (job.tree !== undefined) return { tree: tree(parseq.parse(job.tree)) };
    if (job.js) return { values: new Function('values', 'f', job.js)(job.values, null) };
    return evaluate(job);
  } catch (error) {
    return { error: error?.name === 'ParseqRendererException' ? error.message : String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + '\n');
}
