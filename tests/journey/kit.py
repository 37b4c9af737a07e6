#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page for people without Palermo, in a real browser without network: filled in, checked, saved, read back, opened again,
in six languages. Skips by name where there is no Chromium.
With a folder as its argument it also takes pictures."""
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import HELPERS, Browser  # noqa: E402

BUILD = os.environ['PALERMO_BUILD']
CLI = os.path.join(BUILD, 'src', 'cli', 'palermo-cli')
LANGUAGES = ['en', 'ar', 'es', 'fr', 'ru', 'zh_CN']
CHECKS = [0, 0]
STATES = {'en': 'Practicia', 'ar': 'براكتيسيا', 'es': 'Practicia', 'fr': 'Practicie', 'ru': 'Практиция', 'zh_CN': '演练国'}
TEXT = 'Line one <b>&amp;</b> "quoted"\n=1+1, العربية, Ελλάδα, 条约, 🙂\n\\n is no line end'


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {str(why)[:1500]}', flush=True)
    return good


def finish():
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    sys.exit(1 if CHECKS[1] else 0)


def cli(*words):
    return subprocess.run([CLI, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, timeout=120,
                          env=dict(os.environ, PALERMO_DATA_DIR=os.path.join(BUILD, 'data'), LC_ALL='C.UTF-8', LANGUAGE='en'))


P = '/input/card/points/point'
FILL = r'''
put("/input/card/about/title", "Title & <title>");
tick("/input/card/about/instruments", "untoc");
put("/input/card/about/message", MESSAGE);
put("/input/card/about/date", "2026-01-31");
put("P/text", MESSAGE);
put("P/kind", "gap");
tick("P/articles", "untoc:5"); tick("P/articles", "untoc:6");
put("P/question", "31, 32");
tick("P/level", "law");
tick("P/evidence/kinds", "figures");
put("P/evidence/link", "https://example.org/a?b=c&d=e");
document.querySelectorAll(".repeat")[0].querySelector(":scope > button").click();
put("P/text", "second", 1);
tick("/input/card/author/naming", "organization");
put("/input/card/author/organization", "Org");
put("/input/card/author/type", "ngo");
tick("/input/card/sharing/checked", "yes");
'''.replace('P/', P + '/').replace('MESSAGE', json.dumps(TEXT))

# What a screen reader would meet: every control has a name, references lead somewhere, one h1, levels without gaps.
REVIEW = r'''(() => {
  const wrong = [];
  const name = e => {
    const by = (e.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean).map(id => document.getElementById(id) ? document.getElementById(id).textContent : "?gone?");
    return (by.join(" ") || e.getAttribute("aria-label") || Array.from(e.labels || []).map(l => l.textContent).join(" ") || (e.tagName === "BUTTON" ? e.textContent : "")).trim();
  };
  document.querySelectorAll("input, select, textarea, button").forEach(e => { if (!name(e) || name(e).includes("?gone?")) wrong.push("no name: " + e.outerHTML.slice(0, 120)); });
  document.querySelectorAll("fieldset").forEach(e => { if (!e.querySelector(":scope > legend").textContent.trim()) wrong.push("no legend"); });
  document.querySelectorAll("[aria-describedby], [aria-labelledby]").forEach(e => ["aria-describedby", "aria-labelledby"].forEach(a =>
    (e.getAttribute(a) || "").split(" ").filter(Boolean).forEach(id => { if (!document.getElementById(id)) wrong.push(a + " leads nowhere: " + id); })));
  const ids = Array.from(document.querySelectorAll("[id]"), e => e.id);
  if (new Set(ids).size !== ids.length) wrong.push("an id twice");
  if (document.querySelectorAll("h1").length !== 1) wrong.push("not one h1");
  let level = 1;
  document.querySelectorAll("h1, h2, h3, h4, h5, h6").forEach(h => {
    if (!h.checkVisibility()) return;
    const own = +h.tagName[1];
    if (own > level + 1) wrong.push(`a gap before ${h.outerHTML}`);
    level = own;
  });
  if (document.querySelectorAll("main").length !== 1) wrong.push("not one main");
  if (!document.documentElement.lang) wrong.push("no language");
  document.querySelectorAll("input:not([type=file]), select, textarea, button, summary").forEach(e => {
    const box = e.getBoundingClientRect();
    if (e.checkVisibility() && (box.left < -1 || box.right > innerWidth + 1)) wrong.push("cut off: " + e.outerHTML.slice(0, 120));
  });
  if (document.documentElement.scrollWidth > innerWidth + 1) wrong.push("wider than the window: " + document.documentElement.scrollWidth);
  return wrong;
})()'''


def read_back(path):
    done = cli('kit', 'read', path, '--json')
    if done.returncode != 0:
        return {'values': [], 'remarks': [{'kind': 'failed', 'text': done.stderr}], 'files': []}
    return json.loads(done.stdout)[0]


def values_of(read):
    """Answers by their paths, rows by their place."""
    rows, result = {}, {}
    for value in read['values']:
        path = value['node']
        while '[' in path:
            before, rest = path.split('[', 1)
            row, rest = rest.split(']', 1)
            known = rows.setdefault(before, [])
            if row not in known:
                known.append(row)
            path = f'{before}({known.index(row)}){rest}'
        result[path] = value['value']
    return result


def fill(browser, language, folder, pictures):
    page = os.path.join(folder, language + '.html')
    state = STATES[language]
    done = cli('kit', 'make', '--state', state, '--cluster', '1', '--language', language, '-o', page)
    if not check(f'{language}: the page is made', done.returncode == 0, done.stderr):
        return
    browser.look(1280, 800)
    since = len(browser.events)
    browser.open(page)
    browser.run(HELPERS)
    check(f'{language}: language and direction', browser.run('document.documentElement.lang + document.documentElement.dir')
          == language.replace('_', '-') + ('rtl' if language == 'ar' else 'ltr'))
    check(f'{language}: the name of the State is there', browser.run('control("/input/card/about/state").value') == state)
    pictures(language, browser)
    for width in (1280, 360, 320):
        browser.look(width, 800)
        wrong = browser.run(REVIEW)
        check(f'{language}: everything has a name and fits at {width}', not wrong, wrong)
    browser.look(1280, 800)

    # What is missing is said, at its place, and the first one has the focus.
    browser.run('document.getElementById("save").click()')
    state_of = browser.run('''(() => { const f = document.activeElement; const e = (f.getAttribute("aria-describedby") || "").split(" ").map(id => document.getElementById(id));
      return [f === control("/input/card/about/title"), f.getAttribute("aria-invalid"), e.some(x => x && x.className === "error" && x.checkVisibility() && x.textContent),
        !document.querySelector(".summary").hidden]; })()''')
    check(f'{language}: the first problem has focus and words', state_of == [True, 'true', True, True], state_of)
    pictures(language + '-problems', browser)

    browser.run(FILL)
    evidence = os.path.join(folder, 'evidence.bin')
    content = bytes(range(256)) * 40
    with open(evidence, 'wb') as file:
        file.write(content)
    browser.run(f'control("{P}/evidence/file").id = "evidence"')
    browser.set_file('#evidence', evidence)
    browser.until(f'fieldOf("{P}/evidence/file").leaf.value === "evidence.bin"')
    check(f'{language}: what is unsaved is not closed without a word', browser.run(
        '(() => { const e = new Event("beforeunload", { cancelable: true }); dispatchEvent(e); return e.defaultPrevented; })()'))
    pictures(language + '-filled', browser)
    check(f'{language}: what was mended is no longer in the list', browser.run('document.querySelector(".summary").hidden'))
    if language == 'en':
        relevance(browser)
    saved = browser.saved('document.getElementById("save").click()')
    check(f'{language}: saved is saved', browser.run(
        '(() => { const e = new Event("beforeunload", { cancelable: true }); dispatchEvent(e); return !e.defaultPrevented; })()'))
    read = read_back(saved)
    wanted = {
        '/input/card/about/state': state, '/input/card/about/title': 'Title & <title>', '/input/card/about/clusters': 'I', '/input/card/about/instruments': 'untoc',
        '/input/card/about/message': TEXT, '/input/card/about/date': '2026-01-31', f'{P}(0)/text': TEXT, f'{P}(0)/kind': 'gap', f'{P}(0)/articles': 'untoc:5 untoc:6',
        f'{P}(0)/question': '31, 32', f'{P}(0)/level': 'law', f'{P}(0)/evidence/kinds': 'figures', f'{P}(0)/evidence/link': 'https://example.org/a?b=c&d=e',
        f'{P}(0)/evidence/file': 'evidence.bin', f'{P}(0)/readers': 'state', f'{P}(1)/text': 'second', f'{P}(1)/readers': 'state',
        '/input/card/author/naming': 'organization', '/input/card/author/organization': 'Org', '/input/card/author/type': 'ngo',
        '/input/card/sharing/readers': 'state', '/input/card/sharing/feedback': 'yes', '/input/card/sharing/checked': 'yes'}
    got = values_of(read)
    check(f'{language}: what was written is read', got == wanted, {k: (wanted.get(k), got.get(k)) for k in wanted.keys() | got.keys() if wanted.get(k) != got.get(k)})
    check(f'{language}: nothing is remarked, and the check sum holds', read['remarks'] == [], read['remarks'])
    check(f'{language}: the attachment is whole', [(f['name'], f['size'], f['intact']) for f in read['files']] == [('evidence.bin', len(content), True)], read['files'])
    check(f'{language}: it says what it is', (read['language'], read['cluster'], read['dossier']) == (language, 'I', None), read)

    # Opened again on a page that is new, it says the same.
    browser.open(page)
    browser.run(HELPERS)
    browser.set_file('#open-file', saved)
    browser.until('control("/input/card/about/title").value !== ""')
    again = browser.saved('document.getElementById("draft").click()')
    second = read_back(again)
    check(f'{language}: opened again it says the same', values_of(second) == wanted and second['instance'] == read['instance'],
          {k: (wanted.get(k), v) for k, v in values_of(second).items() if wanted.get(k) != v})
    check(f'{language}: a draft is called one', [r['kind'] for r in second['remarks']] == ['draft'] and again.endswith('-draft.xml'), second['remarks'])
    asked = [e['params'] for e in browser.events[since:] if e.get('method') == 'Network.requestWillBeSent']
    elsewhere = [e['request']['url'] for e in asked if not e['request']['url'].startswith(('file://', 'blob:', 'data:'))]
    check(f'{language}: nothing was asked of the network', asked and not elsewhere, elsewhere)
    complaints = [e['params'] for e in browser.events[since:] if e.get('method') in ('Log.entryAdded', 'Runtime.exceptionThrown')]
    check(f'{language}: no complaint of the browser', not complaints, complaints)


def relevance(browser):
    """Who stays unknown is not asked for names, and what was written there does not leave."""
    shown = 'fieldOf("/input/card/author/organization").element.checkVisibility()'
    before = browser.run(shown)
    browser.run('tick("/input/card/author/naming", "anonymous")')
    hidden = browser.run(shown)
    leaks = browser.run('serialize(false).includes(">Org<")')
    browser.run('tick("/input/card/author/naming", "organization")')
    check('who stays unknown is not asked for the name', before and not hidden and browser.run(shown))
    check('and the name does not leave', not leaks)
    articles = 'Array.from(fieldOf("%s/articles").element.querySelectorAll(".choice")).filter(c => !c.hidden).length' % P
    check('articles follow the cluster and the instrument', browser.run(articles) == 8, browser.run(articles))
    check('a wrong number is told', browser.run(f'put("{P}/question", "x"); fieldOf("{P}/question").element.querySelector(".error").textContent !== ""'))
    browser.run(f'put("{P}/question", "31, 32")')
    check('and a right one is silent', browser.run(f'fieldOf("{P}/question").element.querySelector(".error").hidden'))
    browser.run('document.querySelectorAll(".repeat")[0].querySelectorAll(".row")[1].querySelector(":scope > button").click()')
    gone = browser.run('document.querySelectorAll(".repeat")[0].querySelectorAll(".row").length')
    browser.run('document.querySelector(".told button").click()')
    back = browser.run(f'[document.querySelectorAll(".repeat")[0].querySelectorAll(".row").length, control("{P}/text", 1).value]')
    check('a row that was removed comes back', gone == 1 and back == [2, 'second'], (gone, back))


def keyboard(browser, folder):
    """From the top by Tab alone: the skip link first, then every control that can be seen; a choice by the space bar."""
    browser.open(os.path.join(folder, 'en.html'))
    browser.key('Tab', 9)
    check('the first stop is the way to the questions', browser.run('document.activeElement.className') == 'skip')
    browser.key('Enter', 13, text='\r')
    check('it leads there', browser.run('document.activeElement.id') == 'questions')
    for _ in range(200):
        browser.key('Tab', 9)
        where = browser.run('document.activeElement === document.body ? "" : (document.activeElement.dataset.stop = document.activeElement.dataset.stop || String(Math.random()))')
        # A date has several stops in one control.
        if not where or browser.run('document.activeElement.id') == 'draft':
            break
    missed = browser.run('''Array.from(document.querySelectorAll("main input, main select, main textarea, main button, main summary, footer button"))
      .filter(e => e.checkVisibility() && e.closest("details:not([open])") === null && e.type !== "radio" && !e.dataset.stop).map(e => e.outerHTML.slice(0, 100))''')
    check('Tab leads to every control', not missed, missed)
    check('focus can be seen', browser.run('(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2; })()'))


def attempts(browser, folder):
    """What is no file of this page, and what is too large."""
    browser.open(os.path.join(folder, 'en.html'))
    browser.run(HELPERS)
    for name, content in (('other.xml', '<data id="x"/>'), ('broken.xml', '<input id="input"><card>'), ('words.xml', 'words')):
        with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
            file.write(content)
        browser.set_file('#open-file', os.path.join(folder, name))
        browser.until(f'document.querySelector(".told").textContent.includes({json.dumps(name)})')
    browser.run('put("/input/card/about/title", "mine")')
    check('what was said goes with the next change', browser.run('document.querySelector(".told").textContent') == '')
    check('other files change nothing', browser.run('control("/input/card/about/state").value') == STATES['en'])
    large = os.path.join(folder, 'large.bin')
    with open(large, 'wb') as file:
        file.truncate(5 * 1024 * 1024 + 1)
    browser.run(f'control("{P}/evidence/file").id = "evidence"')
    browser.set_file('#evidence', large)
    browser.until(f'!fieldOf("{P}/evidence/file").element.querySelector(".error").hidden')
    check('a file that is too large is refused', browser.run(f'fieldOf("{P}/evidence/file").leaf.value') == '')
    hostile = os.path.join(folder, 'hostile.xml')
    with open(hostile, 'w', encoding='utf-8') as file:
        file.write('<input id="input" version="1"><card><about><title>&lt;img src=x onerror=document.title=1&gt;</title></about><points><point><text>'
                   '&lt;script&gt;document.title=1&lt;/script&gt;</text></point></points></card></input>')
    browser.set_file('#open-file', hostile)
    browser.until('control("/input/card/about/title").value.startsWith("<img")')
    check('markup in a file is text', browser.run('document.title !== "1" && document.images.length === 0 && control("%s/text").value.startsWith("<script>")' % P))
    browser.run('document.querySelector(".told button").click()')
    check('what was opened over something unsaved is taken back', browser.run('control("/input/card/about/title").value === "mine" && hasChanges'))
    check('and nothing but our own script would run', browser.run(
        '(() => { const s = document.createElement("script"); s.textContent = "window.strange = 1"; document.body.append(s); return window.strange === undefined; })()'))
    # Sizes of text: twice as large, and narrow.
    browser.look(320, 800)
    browser.run('document.documentElement.style.fontSize = "200%"')
    wrong = browser.run(REVIEW)
    check('at 200 % and 320 px everything fits', not wrong, wrong)
    check('the digests are those of the standard', browser.run('sha256(new TextEncoder().encode("abc"))')
          == 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
          and browser.run('[0, 55, 56, 63, 64, 65, 1000].map(n => sha256(new Uint8Array(n).fill(7))).join()')
          == ','.join(__import__('hashlib').sha256(b'\7' * n).hexdigest() for n in (0, 55, 56, 63, 64, 65, 1000)))


def main():
    where = sys.argv[1] if len(sys.argv) > 1 else None
    if shutil.which('chromium') is None:
        print('skipped - the page for people without Palermo: there is no chromium (Debian: apt install chromium)')
        finish()
    if where:
        os.makedirs(where, exist_ok=True)
    folder = tempfile.mkdtemp(prefix='palermo-kit-')

    def pictures(name, browser):
        if not where or (name.split('-')[0] not in ('en', 'ar', 'zh_CN')):
            return
        for width, height, dark in ((1280, 800, False), (1280, 800, True), (360, 800, False), (360, 800, True)):
            if '-' in name and dark:
                continue
            browser.look(width, height, dark)
            browser.shoot(os.path.join(where, f'{name}-{width}{"-dark" if dark else ""}.png'), whole=True)
        browser.look(1280, 800)
    try:
        browser = Browser(folder)
        for language in LANGUAGES:
            fill(browser, language, folder, pictures)
        keyboard(browser, folder)
        attempts(browser, folder)
        browser.close()
        check('nothing is left but what was saved', not glob.glob(os.path.join(folder, '*.crdownload')))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    finish()


main()
