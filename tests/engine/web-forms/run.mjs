// SPDX-License-Identifier: GPL-3.0-or-later
// "run.mjs FORM SCRIPT" is to ODK's web engine what "palermo-cli form run FORM SCRIPT" is to ours: the same commands, a
// tab between their words, and the same answers, one a line. A file that is attached lies in the current folder.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { JSDOM } from 'jsdom';

// What the engine expects around it: the DOM of a browser, and a loader for the parser of its expressions.
const { window } = new JSDOM('<!doctype html>', { url: 'http://localhost/' });
for (const name of ['Attr', 'CDATASection', 'CharacterData', 'Comment', 'DOMParser', 'Document', 'Element', 'HTMLElement', 'Node',
  'NodeFilter', 'ProcessingInstruction', 'Text', 'XMLDocument', 'XMLSerializer', 'XPathResult', 'document'])
  globalThis[name] = window[name];
globalThis.window = window;
globalThis.require = createRequire(import.meta.url);
globalThis.__dirname = process.cwd();
const { createInstance } = await import('@getodk/xforms-engine');

const [file, script] = process.argv.slice(2);
const xml = readFileSync(file, 'utf8');
let root;

const escape = (text) => text.replace(/[\\\t\n\r]/g, (c) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[c]);
const unescape = (text) => text.replace(/\\([\\tnr])/g, (_, c) => ({ '\\': '\\', t: '\t', n: '\n', r: '\r' })[c]);

function* below(node) {
  for (const child of node.currentState.children ?? []) {
    yield child;
    yield* below(child);
  }
}

function at(reference) {
  for (const node of below(root))
    if (!node.nodeType.startsWith('repeat-range') && node.currentState.reference === reference)
      return node;
  throw new Error('there is no ' + reference);
}

function repeatOf(reference) {
  const path = reference.replace(/\[\d+\]$/, '');
  for (const node of below(root))
    if (node.nodeType.startsWith('repeat-range') && node.currentState.reference === path)
      return node;
  throw new Error('there is no repeat ' + path);
}

function set(node, value) {
  if (node.nodeType === 'select')
    node.selectValues(value === '' ? [] : value.split(' '));
  else if (node.nodeType === 'upload')
    node.setValue(value === '' ? null : new File([readFileSync(value)], value));
  else
    node.setValue(value);
  const condition = node.validationState.violation?.condition;
  return condition ? [condition] : [];
}

async function instance() {
  const { data } = await root.prepareInstancePayload();
  return data[0].get('xml_submission_file').text();
}

const getters = {
  value: (node) => node.instanceState?.instanceValue ?? String(node.currentState.instanceValue ?? node.currentState.value),
  relevant: (node) => String(node.currentState.relevant),
  required: (node) => String(node.currentState.required),
  readonly: (node) => String(node.currentState.readonly),
  violation: (node) => node.validationState.violation?.condition ?? '',
  choices: (node) => node.currentState.valueOptions.map((choice) => choice.value).join('\n'),
  label: (node) => node.currentState.label?.asString ?? '',
};

const commands = {
  async new() {
    const form = { fetchFormAttachment: () => { throw new Error('the form asks for a file'); } };
    const config = { instanceAttachments: { fileNameFactory: ({ writtenAt: _, ...meta }) => meta.basename + (meta.extension ?? '') } };
    ({ root } = await createInstance(xml, { form, instance: config }));
  },
  set: (reference, value = '') => set(at(reference), value),
  add: (reference) => void repeatOf(reference).addInstances(),
  del: (reference) => void repeatOf(reference).removeInstances(Number(reference.match(/\[(\d+)\]$/)[1]) - 1),
  lang(name) {
    const language = root.languages.find((each) => each.language === name);
    if (!language)
      throw new Error('there is no language ' + name);
    root.setLanguage(language);
  },
  async get(what, reference) {
    if (what === 'instance')
      return [await instance()];
    if (what === 'valid')
      return [String(root.validationState.violations.length === 0)];
    if (what === 'count')
      return [String(repeatOf(reference).currentState.children.length)];
    return [getters[what](at(reference))];
  },
};

for (const line of readFileSync(script, 'utf8').split('\n').filter((each) => each !== '')) {
  const [command, ...words] = line.split('\t').map(unescape);
  try {
    console.log(['ok', ...((await commands[command](...words)) ?? []).map(escape)].join('\t'));
  } catch (error) {
    console.log('err\t' + escape(String(error.message ?? error)));
  }
}
process.exit(0);
