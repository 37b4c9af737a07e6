// SPDX-License-Identifier: GPL-3.0-or-later
// The page: README.md beside this file says what it does. `rules`, `offers` and `firsts` stand in the script before this one.
"use strict";

const kit = JSON.parse(document.getElementById("definition").textContent);
const words = kit.words;
const KIT = "https://palermo.app/ns/kit";

// --- what the rules of the form call

const yes = () => true, no = () => false, not = value => !value;
function text(value) { return value === null || value === undefined ? "" : String(value); }
function number(value) {
  const written = typeof value === "number" ? value : text(value).trim();
  const day = /^(\d{4})-(\d\d)-(\d\d)/.exec(written);
  if (day) return Date.UTC(+day[1], +day[2] - 1, +day[3]) / 86400000;
  return written === "" ? NaN : Number(written);
}
function same(a, b) {
  if (a === null || b === null || a === undefined || b === undefined) return false;
  return typeof a === "number" || typeof b === "number" ? number(a) === number(b) : text(a) === text(b);
}
function differ(a, b) {
  if (a === null || b === null || a === undefined || b === undefined) return false;
  return !same(a, b);
}
function chosenOf(value) { return text(value).split(/\s+/).filter(word => word !== ""); }
function selected(value, word) { return chosenOf(value).includes(word.trim()); }
function countSelected(value) { return chosenOf(value).length; }
const contains = (a, b) => a.includes(b), startsWith = (a, b) => a.startsWith(b), endsWith = (a, b) => a.endsWith(b);
const lengthOf = value => Array.from(value).length, normalize = value => value.trim().replace(/\s+/g, " ");
const concat = (...parts) => parts.join(""), coalesce = (...parts) => parts.find(part => part !== "") || "";
const choose = (condition, a, b) => condition ? a : b, matches = (value, pattern) => new RegExp(pattern, "u").test(value);
function twoDigits(value) { return String(value).padStart(2, "0"); }
function today() {
  const now = new Date();
  return `${now.getFullYear()}-${twoDigits(now.getMonth() + 1)}-${twoDigits(now.getDate())}`;
}
function uuid() {
  const octets = crypto.getRandomValues(new Uint8Array(16));
  octets[6] = (octets[6] & 15) | 64;
  octets[8] = (octets[8] & 63) | 128;
  const hex = Array.from(octets, octet => octet.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// --- the record: groups with children, repeats with rows, leaves with a value

const isBelow = (path, above) => path === above || path.startsWith(above + "/");

function makeNode(definition, parent) {
  if (definition.kind === "repeat") return { definition, parent, kind: "repeat", rows: [] };
  if (definition.kind === "leaf") return { definition, parent, kind: "leaf", value: definition.value || "" };
  return makeGroup(definition, parent, "group");
}
function makeGroup(definition, parent, kind) {
  const node = { definition, parent, kind };
  node.children = definition.children.map(child => makeNode(child, node));
  return node;
}
function eachLeaf(node, visit) {
  if (node.kind === "leaf") visit(node);
  else (node.kind === "repeat" ? node.rows : node.children).forEach(child => eachLeaf(child, visit));
}
function fillFirsts(node) {
  eachLeaf(node, leaf => {
    const first = firsts[leaf.definition.path];
    if (first && leaf.value === "") leaf.value = first(leaf);
    if (leaf.definition.name === "instanceID") leaf.value = "uuid:" + uuid();
  });
}
function makeRow(repeat) {
  const row = makeGroup(repeat.definition, repeat, "row");
  fillFirsts(row);
  return row;
}
function makeRecord() {
  const made = { root: makeNode(kit.nodes, null), files: new Map() };
  fillFirsts(made.root);
  return made;
}
/* The node of that path nearest to n: in the same rows. */
function nodeAt(n, path) {
  let here = n;
  while (here && (here.kind === "repeat" || !isBelow(path, here.definition.path))) here = here.parent;
  while (here && here.definition.path !== path)
    here = (here.children || []).find(child => isBelow(path, child.definition.path));
  return here || null;
}
function isRelevant(n) {
  for (let here = n; here; here = here.parent) {
    const rule = rules[here.definition.path];
    if (here.kind !== "row" && rule && rule.relevant && !rule.relevant(here)) return false;
  }
  return true;
}
function at(n, path) {
  const found = nodeAt(n, path);
  return found && isRelevant(found) ? found.value : null;
}
function isRequired(leaf) {
  const rule = rules[leaf.definition.path];
  return Boolean(rule && rule.required && rule.required(leaf));
}
function problemOf(leaf, control) {
  const rule = rules[leaf.definition.path];
  if (!isRelevant(leaf)) return "";
  if (leaf.isHalfDate) return words.dateMessage;
  if (leaf.value.trim() === "") return isRequired(leaf) ? control.requiredMessage || words.requiredMessage : "";
  return rule && rule.constraint && !rule.constraint(leaf) ? control.constraintMessage || words.constraintMessage : "";
}

let record = makeRecord();
let hasChanges = false;
let fields = [];   // what is on the page for each leaf: { leaf, control, update, showProblem, focus }
let updates = [];  // called after each change: { element, run }

// --- small things on the page

let lastId = 0;
const newId = () => "e" + ++lastId;
const fill = (sentence, ...values) => sentence.replace(/%[sd]/g, () => values.shift());

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}
const isolated = value => make("bdi", {}, value);

let told;
let summary;
let isBrief = false;
/* A sentence for everybody, with a way back where there is one. What is brief goes with the next change. */
function tell(sentence, back, brief) {
  isBrief = !back || Boolean(brief);
  told.replaceChildren();
  told.append(make("span", {}, sentence));
  if (back) told.append(make("button", { type: "button", onclick: () => { back(); tell(words.undone); } }, words.undo));
}
function changed() {
  hasChanges = true;
  if (isBrief) told.replaceChildren();
  refresh();
}
function refresh() {
  updates = updates.filter(update => update.element.isConnected);
  fields = fields.filter(field => field.element.isConnected);
  updates.forEach(update => update.run());
  if (summary && !summary.hidden) summarize();
}
function onUpdate(element, run) {
  updates.push({ element, run });
  run();
}
function followRelevance(element, node) {
  onUpdate(element, () => { element.hidden = !isRelevant(node); });
}

// --- questions

function addField(element, leaf, control, focus, marked, describedBy) {
  const error = make("p", { class: "error", id: newId(), hidden: true });
  const field = { element, leaf, control, focus };
  field.showProblem = problem => {
    error.textContent = problem;
    error.hidden = problem === "";
    marked().forEach(one => {
      one.setAttribute("aria-invalid", problem === "" ? "false" : "true");
      const ids = problem === "" ? describedBy : [...describedBy, error.id];
      if (ids.length > 0) one.setAttribute("aria-describedby", ids.join(" "));
      else one.removeAttribute("aria-describedby");
    });
  };
  field.wasAnswered = () => field.showProblem(problemOf(leaf, control));
  element.append(error);
  element.className = "question";
  fields.push(field);
  field.showProblem("");
  followRelevance(element, leaf);
  return field;
}
function labelParts(control, leaf) {
  const mark = make("span", { class: "required" }, " " + words.required);
  return [control.label || leaf.definition.name, isRequired(leaf) ? mark : null];
}
function hintOf(control, element) {
  const sentences = [control.hint, control.guidance].filter(Boolean);
  return sentences.map(sentence => {
    const hint = make("p", { class: "hint", id: newId() }, sentence);
    element.append(hint);
    return hint.id;
  });
}
function grow(area) {
  area.style.height = "auto";
  area.style.height = area.scrollHeight + 4 + "px";
}
function textQuestion(control, leaf) {
  const element = make("div", {});
  const id = newId();
  const isLong = (control.appearance || "").split(" ").includes("multiline");
  const isDate = leaf.definition.type === "date";
  const input = isLong ? make("textarea", { id, rows: "4", dir: "auto" })
    : make("input", { id, type: isDate ? "date" : "text", dir: isDate ? null : "auto", autocomplete: "off",
      inputmode: leaf.definition.type === "integer" ? "numeric" : null });
  element.append(make("label", { for: id }, ...labelParts(control, leaf)));
  const hints = hintOf(control, element);
  element.append(input);
  input.value = leaf.value;
  if (isRequired(leaf)) input.setAttribute("aria-required", "true");
  const field = addField(element, leaf, control, () => input.focus(), () => [input], hints);
  input.addEventListener("input", () => {
    leaf.value = input.value;
    leaf.isHalfDate = isDate && input.validity.badInput;
    if (isLong) grow(input);
    changed();
  });
  input.addEventListener("change", field.wasAnswered);
  if (isLong) requestAnimationFrame(() => grow(input));
  return element;
}
const isOffered = (control, leaf, choice) => {
  const offer = offers[control.path];
  return !offer || offer(leaf, choice);
};
function optionRow(kind, group, choice, leaf, answered) {
  const id = newId();
  const input = make("input", { type: kind, id, name: group, value: choice.value });
  input.checked = selected(leaf.value, choice.value);
  input.addEventListener("change", () => answered(input));
  return { choice, input, element: make("div", { class: "choice" }, input, make("label", { for: id }, choice.label)) };
}
function choicesQuestion(control, leaf) {
  const isMany = control.kind === "many";
  const element = make("fieldset", {}, make("legend", {}, ...labelParts(control, leaf)));
  const hints = hintOf(control, element);
  const group = newId();
  const list = make("div", { class: "choices" });
  let field;
  const rows = control.choices.map(choice => optionRow(isMany ? "checkbox" : "radio", group, choice, leaf, input => {
    const rest = isMany ? chosenOf(leaf.value).filter(value => value !== choice.value) : [];
    const now = input.checked ? [...rest, choice.value] : rest;
    // In the order of the list, as other programs write it; what the list does not know stays.
    leaf.value = [...control.choices.map(one => one.value).filter(value => now.includes(value)),
      ...now.filter(value => !control.choices.some(one => one.value === value))].join(" ");
    changed();
    field.wasAnswered();
  }));
  rows.forEach(row => list.append(row.element));
  if (rows.length > 10) {
    const summary = make("summary", {});
    element.append(make("details", {}, summary, list));
    onUpdate(element, () => { summary.textContent = fill(words.chosen, countSelected(leaf.value)); });
  } else element.append(list);
  if (!isMany && !isRequired(leaf)) {
    const clear = make("button", { type: "button", class: "quiet", onclick: () => {
      leaf.value = "";
      rows.forEach(row => { row.input.checked = false; });
      rows[0].input.focus();
      changed();
    } }, words.clear);
    element.append(clear);
    onUpdate(clear, () => { clear.hidden = leaf.value === ""; });
  }
  field = addField(element, leaf, control, () => {
    const details = element.querySelector("details");
    if (details) details.open = true;
    (rows.find(row => row.input.checked) || rows.find(row => !row.element.hidden) || rows[0]).input.focus();
  }, () => [element], hints);
  onUpdate(list, () => rows.forEach(row => { row.element.hidden = !isOffered(control, leaf, row.choice); }));
  return element;
}
function menuQuestion(control, leaf) {
  const element = make("div", {});
  const id = newId();
  element.append(make("label", { for: id }, ...labelParts(control, leaf)));
  const hints = hintOf(control, element);
  const menu = make("select", { id }, make("option", { value: "" }, words.choose));
  control.choices.forEach(choice => menu.append(make("option", { value: choice.value }, choice.label)));
  if (leaf.value !== "" && !control.choices.some(choice => choice.value === leaf.value))
    menu.append(make("option", { value: leaf.value }, leaf.value));
  menu.value = leaf.value;
  if (isRequired(leaf)) menu.setAttribute("aria-required", "true");
  element.append(menu);
  const field = addField(element, leaf, control, () => menu.focus(), () => [menu], hints);
  menu.addEventListener("change", () => { leaf.value = menu.value; changed(); field.wasAnswered(); });
  onUpdate(menu, () => Array.from(menu.options).forEach((option, index) => {
    const choice = control.choices[index - 1];
    option.hidden = option.disabled = Boolean(choice) && !isOffered(control, leaf, choice);
  }));
  return element;
}

// --- attachments

const attachedSize = () => {
  let size = 0;
  eachLeaf(record.root, leaf => { if (record.files.has(leaf.value)) size += record.files.get(leaf.value).size; });
  return size;
};
/* A plain name that no other attachment has: folders and control characters go. */
function freeName(name, leaf) {
  const plain = Array.from(name.replace(/[\u0000-\u001f\u007f/\\:*?"<>|]/g, "_").replace(/^[.\s]+/, "")).slice(-100).join("") || "file";
  const dot = plain.lastIndexOf(".");
  let candidate = plain;
  for (let count = 2; record.files.has(candidate) && candidate !== leaf.value; count++)
    candidate = dot > 0 ? `${plain.slice(0, dot)}-${count}${plain.slice(dot)}` : `${plain}-${count}`;
  return candidate;
}
function toBase64(octets) {
  let binary = "";
  for (let start = 0; start < octets.length; start += 32768)
    binary += String.fromCharCode(...octets.subarray(start, start + 32768));
  return btoa(binary);
}
function fileQuestion(control, leaf) {
  const element = make("div", {});
  const id = newId();
  const input = make("input", { type: "file", id });
  const name = make("span", { class: "file-name" });
  const detach = make("button", { type: "button", onclick: () => {
    const before = leaf.value;
    leaf.value = "";
    changed();
    input.focus();
    tell(words.detached, () => { leaf.value = before; changed(); });
  } }, words.detach);
  element.append(make("label", { for: id }, ...labelParts(control, leaf)));
  const hints = hintOf(control, element);
  const limit = make("p", { class: "hint", id: newId() }, words.fileLimit);
  const attached = make("p", { class: "attached" }, name, detach);
  // The browser's own button speaks the language of the browser, not of the page.
  const opener = make("div", { class: "opener" }, make("span", { class: "face", "aria-hidden": "true" }, words.attach), input);
  element.append(limit, opener, attached);
  const field = addField(element, leaf, control, () => input.focus(), () => [input], [...hints, limit.id]);
  detach.id = newId();
  name.id = newId();
  detach.setAttribute("aria-labelledby", `${detach.id} ${name.id}`);
  input.addEventListener("change", () => {
    const file = input.files[0];
    if (!file) return;
    const own = record.files.has(leaf.value) ? record.files.get(leaf.value).size : 0;
    if (attachedSize() - own + file.size > kit.limit) {
      input.value = "";
      field.showProblem(words.fileTooLarge);
      tell(words.fileTooLarge);
      return;
    }
    const reader = new FileReader();
    reader.onload = () => {
      const octets = new Uint8Array(reader.result);
      const free = freeName(file.name, leaf);
      record.files.set(free, { type: file.type, size: octets.length, base64: toBase64(octets), sha256: sha256(octets) });
      leaf.value = free;
      input.value = "";
      changed();
      field.wasAnswered();
    };
    reader.onerror = () => field.showProblem(words.fileAlone);
    reader.readAsArrayBuffer(file);
  });
  onUpdate(attached, () => {
    const file = record.files.get(leaf.value);
    attached.hidden = leaf.value === "";
    name.replaceChildren(isolated(leaf.value), " ", file ? isolated(`(${Math.max(1, Math.round(file.size / 1024))} kB)`) : "");
  });
  return element;
}

// --- groups and rows

function buildQuestion(control, leaf) {
  if (control.kind === "file") return fileQuestion(control, leaf);
  if (control.kind === "many" || (control.kind === "one" && control.choices.length <= 5)) return choicesQuestion(control, leaf);
  return control.kind === "one" ? menuQuestion(control, leaf) : textQuestion(control, leaf);
}
function build(control, context, level, above) {
  const node = control.path ? nodeAt(context, control.path) : context;
  if (control.kind === "note") {
    const note = make("p", { class: "note" }, control.label || "");
    followRelevance(note, node);
    return note;
  }
  if (control.kind === "repeat") return buildRepeat(control, node, level, above);
  if (control.kind === "group") return buildGroup(control, node, context, level, above);
  return buildQuestion(control, node);
}
function buildGroup(control, node, context, level, above) {
  const roles = (control.appearance || "").split(" ");
  const isPage = roles.includes("page");
  // What stands around all pages has the title of the page itself.
  const hasHeading = control.label && control.label !== above && !roles.includes("part");
  const element = make(isPage ? "section" : "div", {});
  const inner = hasHeading ? level + 1 : level;
  if (hasHeading) {
    const heading = make("h" + Math.min(level, 6), { id: newId() }, control.label);
    element.append(heading);
    element.setAttribute("aria-labelledby", heading.id);
    if (!isPage) element.setAttribute("role", "group");
  }
  element.className = isPage ? "page" : "group";
  // The group around rows stands for the repeat itself, which has no rows of its own above it.
  control.children.forEach(child => element.append(build(child, node && node.kind === "repeat" ? node : context, inner,
    hasHeading ? control.label : above)));
  if (node && node !== record.root) followRelevance(element, node);
  return element;
}
function buildRepeat(control, repeat, level, above) {
  const element = make("div", { class: "repeat" });
  const rows = make("div", {});
  const add = make("button", { type: "button", id: newId() }, words.add);
  const title = make("span", { id: newId(), hidden: true }, control.label || above || "");
  add.setAttribute("aria-labelledby", `${add.id} ${title.id}`);
  const renumber = () => Array.from(rows.children).forEach((row, index) => {
    row.querySelector("h" + Math.min(level, 6)).textContent = fill(words.entry, index + 1);
  });
  const show = (row, index) => {
    const view = make("section", { class: "row" });
    const heading = make("h" + Math.min(level, 6), { id: newId(), tabindex: "-1" });
    const remove = make("button", { type: "button", id: newId(), class: "quiet", onclick: () => {
      const place = repeat.rows.indexOf(row);
      repeat.rows.splice(place, 1);
      view.remove();
      renumber();
      changed();
      add.focus();
      tell(words.removed, () => {
        repeat.rows.splice(place, 0, row);
        show(row, place).focus();
        changed();
      });
    } }, words.remove);
    view.setAttribute("aria-labelledby", heading.id);
    remove.setAttribute("aria-labelledby", `${remove.id} ${heading.id}`);
    view.append(heading);
    control.children.forEach(child => view.append(build(child, row, level + 1, null)));
    view.append(remove);
    rows.insertBefore(view, rows.children[index] || null);
    renumber();
    return heading;
  };
  add.addEventListener("click", () => {
    const row = makeRow(repeat);
    repeat.rows.push(row);
    show(row, repeat.rows.length - 1).focus();
    changed();
  });
  element.append(rows, title, add);
  repeat.rows.forEach(show);
  followRelevance(element, repeat);
  return element;
}

// --- the file

/* SHA-256 (FIPS 180-4): crypto.subtle is not there on every page that came from a disk. */
function sha256(octets) {
  const rotate = (x, n) => (x >>> n) | (x << (32 - n));
  const constants = new Uint32Array(64);
  const state = new Uint32Array(8);
  let found = 0;
  const root = (value, power) => { const whole = Math.pow(value, power); return ((whole - Math.floor(whole)) * 4294967296) >>> 0; };
  for (let prime = 2; found < 64; prime++) {
    let isPrime = true;
    for (let divisor = 2; divisor * divisor <= prime && isPrime; divisor++) isPrime = prime % divisor !== 0;
    if (!isPrime) continue;
    if (found < 8) state[found] = root(prime, 1 / 2);
    constants[found++] = root(prime, 1 / 3);
  }
  const padded = new Uint8Array(Math.ceil((octets.length + 9) / 64) * 64);
  padded.set(octets);
  padded[octets.length] = 128;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(octets.length / 536870912));
  view.setUint32(padded.length - 4, (octets.length * 8) >>> 0);
  const schedule = new Uint32Array(64);
  for (let start = 0; start < padded.length; start += 64) {
    for (let t = 0; t < 64; t++) {
      if (t < 16) { schedule[t] = view.getUint32(start + t * 4); continue; }
      const a = schedule[t - 15], b = schedule[t - 2];
      schedule[t] = (rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10)) + schedule[t - 7] + (rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3)) + schedule[t - 16];
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 64; t++) {
      const one = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + constants[t] + schedule[t]) >>> 0;
      const two = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) >>> 0;
      h = g; g = f; f = e; e = (d + one) >>> 0; d = c; c = b; b = a; a = (one + two) >>> 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, index) => { state[index] += value; });
  }
  return Array.from(state, value => value.toString(16).padStart(8, "0")).join("");
}
/* What XML can hold: no control characters, no halves of characters; lines end with a line feed. */
const plain = value => value.replace(/\r\n?/g, "\n").replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
const escaped = value => plain(value).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
const oneLine = value => plain(value).replace(/\\/g, "\\\\").replace(/\n/g, "\\n");

function write(node, indent, out, lines, path) {
  const name = node.definition.name;
  if (node.kind !== "row" && !isRelevant(node)) return;
  if (node.kind === "leaf") {
    out.push(`${indent}<${name}>${escaped(node.value)}</${name}>`);
    lines.push(`${path}/${name}\t${oneLine(node.value)}`);
  } else if (node.kind === "repeat") node.rows.forEach(row => write(row, indent, out, lines, path));
  else {
    out.push(`${indent}<${name}>`);
    node.children.forEach(child => write(child, indent + " ", out, lines, `${path}/${name}`));
    out.push(`${indent}</${name}>`);
  }
}
function serialize(isDraft) {
  const out = [], lines = [], body = [], attached = [];
  const about = [["kit", kit.kit.id], ["dossier", kit.kit.dossier], ["form", kit.form], ["version", kit.version],
    ["language", kit.kit.language], ["cluster", kit.kit.cluster], ["articles", kit.kit.articles],
    ["saved", new Date().toISOString()], ["draft", isDraft ? "yes" : "no"]];
  about.forEach(([name, value]) => lines.push(`${name}\t${oneLine(value)}`));
  record.root.children.forEach(child => write(child, " ", body, lines, "/" + kit.nodes.name));
  eachLeaf(record.root, leaf => {
    const file = record.files.get(leaf.value);
    if (leaf.definition.type !== "binary" || !file || !isRelevant(leaf)) return;
    attached.push(`  <file name="${escaped(leaf.value)}" type="${escaped(file.type)}" size="${file.size}" sha256="${file.sha256}">${file.base64}</file>`);
    lines.push(`file\t${oneLine(leaf.value)}\t${file.sha256}`);
  });
  const digest = sha256(new TextEncoder().encode(lines.join("\n") + "\n"));
  out.push('<?xml version="1.0" encoding="UTF-8"?>',
    `<${kit.nodes.name} id="${escaped(kit.form)}" version="${escaped(kit.version)}">`, ...body,
    ` <kit xmlns="${KIT}" ${about.map(([name, value]) => `${name}="${escaped(value)}"`).join(" ")} sha256="${digest}">`,
    ...attached, " </kit>", `</${kit.nodes.name}>`, "");
  return out.join("\n");
}
function download(isDraft) {
  let id = "";
  eachLeaf(record.root, leaf => { if (leaf.definition.name === "instanceID") id = leaf.value.replace(/^uuid:/, "").slice(0, 8); });
  // The name tells nobody what is inside.
  const name = `${kit.form}-${today()}-${id}${isDraft ? "-draft" : ""}.xml`;
  const address = URL.createObjectURL(new Blob([serialize(isDraft)], { type: "text/xml" }));
  const link = make("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
  hasChanges = false;
  refresh();
  tell(fill(isDraft ? words.savedDraft : words.saved, name));
}

// --- a file that was saved before

const elementsNamed = (element, name) => Array.from(element.children).filter(child => child.localName === name && child.namespaceURI !== KIT);

function take(node, element) {
  if (node.kind === "leaf") {
    if (element.children.length === 0) node.value = element.textContent;
    return;
  }
  node.children.forEach(child => {
    const found = elementsNamed(element, child.definition.name);
    if (child.kind === "repeat") {
      child.rows = found.map(one => {
        const row = makeGroup(child.definition, child, "row");
        take(row, one);
        fillFirsts(row);
        return row;
      });
    } else if (found.length > 0) take(child, found[0]);
  });
}
function takeFiles(files, element) {
  const box = Array.from(element.children).find(child => child.localName === "kit" && child.namespaceURI === KIT);
  let size = 0;
  Array.from(box ? box.children : []).forEach(one => {
    const base64 = one.textContent.replace(/\s+/g, "");
    let octets;
    try { octets = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0)); } catch (error) { return; }
    size += octets.length;
    if (size <= kit.limit)
      files.set(one.getAttribute("name") || "", { type: one.getAttribute("type") || "", size: octets.length, base64, sha256: sha256(octets) });
  });
}
function openText(source, name) {
  const parsed = new DOMParser().parseFromString(source, "application/xml");
  const element = parsed.documentElement;
  if (parsed.getElementsByTagName("parsererror").length > 0 || parsed.doctype || !element
      || element.localName !== kit.nodes.name || element.getAttribute("id") !== kit.form) {
    tell(fill(words.notOpened, name));
    return;
  }
  const before = record;
  const hadChanges = hasChanges;
  const opened = { root: makeNode(kit.nodes, null), files: new Map() };
  take(opened.root, element);
  takeFiles(opened.files, element);
  record = opened;
  hasChanges = false;
  show();
  tell(fill(element.getAttribute("version") === kit.version ? words.opened : words.openedOther, name), () => {
    record = before;
    hasChanges = hadChanges;
    show();
  }, true);
}
function openFile(file) {
  const reader = new FileReader();
  reader.onload = () => openText(reader.result, file.name);
  reader.onerror = () => tell(fill(words.notOpened, file.name));
  if (file.size > 4 * kit.limit) tell(fill(words.notOpened, file.name));
  else reader.readAsText(file);
}

// --- the page

/* What is open, in a list that gets shorter as the answers are mended. Returns the fields. */
function summarize() {
  const open = fields.map(field => ({ field, problem: problemOf(field.leaf, field.control) })).filter(({ problem }) => problem !== "");
  summary.hidden = open.length === 0;
  summary.replaceChildren(make("h2", {}, words.problems), make("p", {}, words.problemsHint),
    make("ul", {}, ...open.map(({ field, problem }) => make("li", {}, make("button", { type: "button", class: "link", onclick: field.focus },
      field.control.label || field.leaf.definition.name), " ", problem))));
  return open;
}
function check() {
  const open = summarize();
  fields.forEach(field => field.showProblem(problemOf(field.leaf, field.control)));
  if (open.length === 0) return true;
  tell(fill(words.problemCount, open.length));
  open[0].field.focus();
  return false;
}
function contextPart() {
  if (kit.context.length === 0) return null;
  let part = "";
  const parts = [];
  kit.context.forEach(article => {
    if (article.part !== part) parts.push(make("h3", {}, article.part));
    part = article.part;
    parts.push(make("details", {}, make("summary", {}, article.title), make("ol", {}, ...article.questions.map(question =>
      make("li", { value: question.number }, question.text)))));
  });
  return make("section", { class: "context", "aria-labelledby": "context" }, make("h2", { id: "context" }, words.context),
    make("p", {}, words.contextHint), ...parts);
}
function show() {
  const main = document.querySelector("main");
  const questions = make("div", { id: "questions", tabindex: "-1" });
  fields = [];
  updates = [];
  main.replaceChildren(questions);
  kit.page.forEach(control => questions.append(build(control, record.root, 2, kit.title)));
  refresh();
  document.querySelectorAll("textarea").forEach(grow);
  if (summary) summary.hidden = true;
}
function start() {
  const openInput = make("input", { type: "file", id: "open-file", accept: ".xml,text/xml,application/xml" });
  openInput.addEventListener("change", () => {
    if (openInput.files[0]) openFile(openInput.files[0]);
    openInput.value = "";
  });
  told = make("div", { class: "told", role: "status" });
  summary = make("section", { class: "summary", hidden: true });
  document.body.append(
    make("a", { class: "skip", href: "#questions", onclick: event => {
      event.preventDefault();
      document.getElementById("questions").focus();
    } }, words.skip),
    make("header", {}, make("h1", {}, kit.title), kit.kit.state ? make("p", { class: "state" }, fill(words.state, kit.kit.state)) : null,
      make("section", { class: "how", "aria-labelledby": "how" }, make("h2", { id: "how" }, words.howTitle),
        make("ul", {}, ...[words.how1, words.how2, words.how3, words.how4].map(sentence => make("li", {}, sentence))),
        make("div", { class: "buttons" }, make("div", { class: "opener" }, make("label", { class: "face", for: "open-file" }, words.open), openInput),
          make("button", { type: "button", onclick: () => window.print() }, words.print))),
      contextPart()),
    make("main", {}),
    make("footer", {}, make("h2", {}, words.saveTitle), summary, make("p", {}, words.how3), make("p", { class: "hint" }, words.seal),
      make("div", { class: "buttons" },
        make("button", { type: "button", id: "save", class: "suggested", onclick: () => { if (check()) download(false); } }, words.save),
        make("button", { type: "button", id: "draft", onclick: () => download(true) }, words.draft))),
    told);
  // Where an entry has something that must be said, the first one is there already.
  eachRepeat(record.root, repeat => {
    if (repeat.definition.children.some(child => rules[child.path] && rules[child.path].required)) repeat.rows.push(makeRow(repeat));
  });
  show();
  window.addEventListener("beforeunload", event => {
    if (!hasChanges) return;
    event.preventDefault();
    event.returnValue = "";
  });
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach(details => { details.open = true; });
    document.querySelectorAll("textarea").forEach(grow);
  });
}
function eachRepeat(node, visit) {
  if (node.kind === "repeat") visit(node);
  else (node.children || []).forEach(child => eachRepeat(child, visit));
}

start();
