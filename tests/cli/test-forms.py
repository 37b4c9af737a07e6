#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The forms beside the questionnaires: they load, speak six languages, know all articles, and keep the rules of the review."""
import collections
import csv
import os
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ET

from story import CLI, check, finish

SOURCE = os.environ.get('PALERMO_SOURCE_DIR', os.path.join(os.path.dirname(__file__), '..', '..'))
FORMS = os.path.join(SOURCE, 'data', 'forms')
SHARED = os.path.join(FORMS, 'shared', 'shared.csv')
X = '{http://www.w3.org/2002/xforms}'
LANGUAGES = ['ar', 'es', 'fr', 'ru', 'zh_CN']
ARTICLES = {'I': 16, 'II': 19, 'III': 14, 'IV': 15}
INSTRUMENTS = {'untoc': ('untoc', 28), 'tip': ('trafficking', 10), 'som': ('smuggling', 14), 'firearms': ('firearms', 12)}
# Heads of columns and of short fields, which mean the same wherever they stand.
HEADS = {'Type', 'Region', 'Name', 'Period', 'Year'}
# The functions of ODK XForms that an input may use: it has to open in programs that are not ours.
PLAIN = {'regex', 'selected', 'today', 'uuid', 'instance', 'jr:itext', 'current', 'true', 'and', 'or'}


def run(*words):
    return subprocess.run([CLI, *words], capture_output=True, text=True, timeout=60, check=False)


def registered(name):
    with open(os.path.join(FORMS, 'meson.build'), encoding='utf-8') as f:
        return re.findall(r"'([a-z0-9-]+)'", re.search(name + r' = \[(.*?)\]', f.read(), re.S)[1])


def source(name):
    return os.path.join(FORMS, name, name + '.csv')


def rows(name, sheet):
    now, head = None, None
    with open(source(name), encoding='utf-8', newline='') as f:
        for row in csv.reader(f):
            if row and row[0]:
                now, head = row[0], None
            elif now == sheet and any(row):
                if head is None:
                    head = row[1:]
                else:
                    yield dict(zip(head, row[1:]))


def messages(path):
    """(context, text) -> translation of a catalogue; the flags of its entries."""
    found, flags, now, key = {}, [], {}, None
    with open(path, encoding='utf-8') as f:
        for line in f.read().split('\n') + ['']:
            match = re.match(r'(?:(msgctxt|msgid|msgstr) )?"(.*)"$', line)
            if match:
                key = match[1] or key
                if match[1] == 'msgstr' or key:
                    now[key] = now.get(key, '') + re.sub(r'\\(.)', lambda m: {'n': '\n'}.get(m[1], m[1]), match[2])
            elif line.startswith('#,'):
                flags.append(line)
            elif not line and now:
                if now.get('msgid'):
                    found[now.get('msgctxt'), now['msgid']] = now.get('msgstr', '')
                now, key = {}, None
    return found, flags


class Form:
    def __init__(self, name, folder):
        self.name, self.path = name, os.path.join(folder, name + '.xml')
        self.options = ['--shared', SHARED] if name in registered('with_shared') else []
        done = run('form', 'compile', source(name), *self.options, '-o', self.path)
        check(f'{name} is made without a word', done.returncode == 0 and not done.stderr, done.stderr)
        done = run('form', 'check', self.path)
        check(f'{name} passes form check without a word', done.returncode == 0 and not done.stderr, done.stderr)

    def tell(self, *commands):
        """What each line of a script gives back; values may hold what a script escapes."""
        script = self.path + '.script'
        with open(script, 'w', encoding='utf-8') as f:
            f.write('\n'.join(('new',) + commands) + '\n')
        lines = run('form', 'run', self.path, script).stdout.splitlines()
        bad = [(c, l) for c, l in zip(('new',) + commands, lines) if not l.startswith('ok')]
        assert len(lines) == len(commands) + 1 and not bad, (lines[-2:], bad[:3])
        return [l.partition('\t')[2] for l in lines[1:]]


def catalogues(name, options, folder):
    pot = os.path.join(folder, name + '.pot')
    done = run('form', 'pot', source(name), *options, '-o', pot)
    wanted = set(messages(pot)[0]) if done.returncode == 0 else set()
    for language in LANGUAGES:
        path = os.path.join(FORMS, name, 'po', language + '.po')
        found, flags = messages(path)
        bad = [k for k, t in found.items() if not t.strip()] + [f for f in flags if 'fuzzy' in f]
        bad += [k for k, t in found.items() if sorted(re.findall(r'\$\{\w+\}', k[1])) != sorted(re.findall(r'\$\{\w+\}', t))]
        check(f'{name}, {language}: every text of the form is translated, nothing else is there, fields are kept',
              wanted and set(found) == wanted and not bad, bad[:3] or list(set(found) ^ wanted)[:3] or done.stderr)
        if shutil.which('msgfmt'):
            done_po = subprocess.run(['msgfmt', '--check', '-o', os.devnull, path], capture_output=True, text=True, check=False)
            check(f'{name}, {language}: msgfmt --check has nothing to say', done_po.returncode == 0 and not done_po.stderr, done_po.stderr)


def wording(name):
    asked, lists = collections.defaultdict(list), collections.defaultdict(list)
    for row in rows(name, 'survey'):
        kind = row['type'].split(' ')[0]
        if row.get('label') and not kind.startswith(('begin', 'end', 'note', 'calculate')) and row['label'] not in HEADS:
            asked[' '.join(row['label'].split()).lower()].append(row['name'])
    for row in rows(name, 'choices'):
        lists[row['list_name']].append(row['label'])
    double = [names for names in asked.values() if len(names) > 1]
    check(f'{name}: no two questions share a text', not double, double)
    double = [key for key, labels in lists.items() if len(labels) != len(set(labels))]
    check(f'{name}: no list says the same twice', not double, double)


def articles(forms):
    """One list of the 64 articles, called as their pages are, by cluster and instrument."""
    entries = [row for row in rows('shared', 'choices') if row['list_name'] == 'article']
    check('the list of articles has all 64', len(entries) == 64 == len({e['name'] for e in entries}), len(entries))
    titles, clusters = {}, {}
    parts = {part: key for key, (part, _) in INSTRUMENTS.items()}
    for number, cluster in enumerate(ARTICLES, 1):
        clusters[cluster] = next(rows(f'cluster-{number}', 'settings'))['form_title']
        part = None
        for row in rows(f'cluster-{number}', 'survey'):
            if row['appearance'] == 'part':
                part, part_label = row['name'], row['label']
            if row['appearance'] == 'page' and row['bind::p:ref']:
                title = re.sub(r'^Article \d+\. ', '', row['label'])
                where = 'Convention' if part == 'untoc' else part_label
                number_of = row['bind::p:ref'].split(':')[1]
                titles[row['bind::p:ref']] = (f'{where}, article {number_of}: {title[0].lower()}{title[1:]}', cluster, parts[part])
    wrong = [e['name'] for e in entries if titles.get(e['name']) != (e['label'], e['cluster'], e['instrument'])]
    check('each is called as its page is, in its cluster and instrument', not wrong and set(titles) == {e['name'] for e in entries}, wrong)
    listed = {row['name']: row['label'] for row in rows('shared', 'choices') if row['list_name'] == 'cluster'}
    check('the clusters are called as their questionnaires are', listed == clusters, listed)

    for name, which, cluster, instrument in [
            ('consultation', '/consultation/record/essentials/articles', '/consultation/record/essentials/article_clusters', '/consultation/record/essentials/article_instruments'),
            ('stakeholder', '/stakeholder/card/focus/articles', '/stakeholder/card/focus/clusters', '/stakeholder/card/focus/instruments'),
            ('input', '/input/card/points/point[1]/articles', '/input/card/about/clusters', '/input/card/about/instruments')]:
        before = ['add\t/input/card/points/point[1]'] if name == 'input' else []

        def offered(*commands):
            return len(forms[name].tell(*before, *commands, f'get\tchoices\t{which}')[-1].split('\\n'))
        counts = {key: offered(f'set\t{cluster}\t{key}') for key in ARTICLES}
        check(f'{name}: a cluster has its articles', counts == ARTICLES, counts)
        counts = {key: offered(f'set\t{cluster}\tI II III IV', f'set\t{instrument}\t{key}') for key in INSTRUMENTS}
        check(f'{name}: an instrument has its articles', counts == {k: n for k, (_, n) in INSTRUMENTS.items()}, counts)
        none = forms[name].tell(*before, f'set\t{cluster}\t', f'get\tchoices\t{which}')[-1]
        check(f'{name}: no cluster offers {"all" if name == "input" else "none yet"}', len(none.split()) == 0 if name != 'input' else len(none.split('\\n')) == 64, none)
        kept = forms[name].tell(*before, f'set\t{cluster}\tII', f'set\t{which}\tuntoc:24', f'set\t{cluster}\tI', f'get\tvalue\t{which}')[-1]
        check(f'{name}: what was chosen stays when the list is narrowed', kept == 'untoc:24', kept)


WORDS = [
    ('en', '', 0),
    ('en', '   ', 0),
    ('en', 'Word', 1),
    ('en', 'Two  words', 2),
    ('en', '  One\\ntwo\\n\\nthree ', 3),
    ('en', 'One – two, three - four', 4),
    ('en', 'One—two', 2),
    ('en', 'A well-known case, and/or 2019–2021', 5),
    ('en', '• first\\n• second', 2),
    ('fr', 'Première question : « oui », dit l’État !', 5),
    ('fr', 'Environ 10\u00a0000 personnes', 3),
    ('ar', 'الدولة الخاضعة للاستعراض، وغيرها؛', 4),
    ('ru', 'Государства — участники', 2),
    ('zh', '打击犯罪。', 4),
    ('zh', '“打击”，犯罪：2024 年 UNODC 报告', 9),
    ('en', ' '.join(['word'] * 1500), 1500),
    ('zh', '字' * 1500, 1500),
]


def summary(form):
    for language, text, wanted in WORDS:
        found = form.tell(f'set\t/summary/paper/head/language\t{language}', f'set\t/summary/paper/text/gaps/text\t{text}', 'get\tvalue\t/summary/words_total')[-1]
        shown = text if len(text) < 60 else text[:10] + '…'
        check(f'words of {shown!r} ({language}): {wanted}', found == str(wanted), found)
    text, stage = '/summary/paper/text/{}/text', '/summary/paper/result/stage'
    halves = ' '.join(['word'] * 750)
    for last, violation in ((halves, ''), (halves + ' more', 'constraint')):
        commands = [f'set\t{text.format("overview")}\t{halves}', f'set\t{text.format("assistance")}\t{last}', f'set\t{stage}\tfinal']
        *_, total, found, over = form.tell(*commands, 'get\tvalue\t/summary/words_total', f'get\tviolation\t{stage}', 'get\trelevant\t/summary/paper/text/too_long')
        check(f'a summary of {total} words {"cannot" if violation else "can"} be final', found == violation and over == ('true' if violation else 'false'), (found, over))
    *_, found = form.tell(f'set\t{text.format("overview")}\t{halves}', f'set\t{stage}\tfinal', f'set\t{text.format("gaps")}\t{halves} one', f'get\tviolation\t{stage}')
    check('one that was final and grew is no longer', found == 'constraint', found)


def plain_input(form):
    """The input is the model form of civil society: other programs must be able to fill it in."""
    with open(form.path, encoding='utf-8') as f:
        text = f.read()
    check('the input has nothing of our namespace', 'palermo.app' not in text)
    html = ET.fromstring(text)
    used = set()
    for element in html.iter():
        for key, value in element.attrib.items():
            if key in ('relevant', 'required', 'constraint', 'calculate', 'readonly', 'value', 'nodeset', 'ref') or key.endswith(('constraintMsg', 'requiredMsg')):
                used.update(re.findall(r'([\w:-]+)\s*\(', re.sub(r"'[^']*'", "''", value)))
    check('and calls functions of ODK alone', used <= PLAIN, used - PLAIN)
    types = {bind.get('type', 'string') for bind in html.iter(X + 'bind')}
    check('its answers are of plain types', types <= {'string', 'date', 'binary', 'int'}, types)
    author = '/input/card/author/'
    *_, organization, person, contact = form.tell(f'set\t{author}naming\tanonymous', *[f'get\trelevant\t{author}{n}' for n in ('organization', 'person', 'contact')])
    check('who stays unknown is asked for no name and no address', (organization, person, contact) == ('false',) * 3)


def outcome(forms):
    row = '/observations/list/observations/observation[1]'
    found = forms['observations'].tell(
        f'add\t{row}', f'set\t{row}/text\tSomething', f'set\t{row}/kind\tassistance', f'set\t{row}/withholding/withheld\tyes',
        f'get\tviolation\t{row}/withholding/withheld_reason', f'get\trelevant\t{row}/types', 'get\tvalue\t/observations/needs', 'get\tvalue\t/observations/held_back',
        'set\t/observations/list/head/cluster\tIII', f'get\tchoices\t{row}/articles')
    check('what is kept back of a list says why', found[4] == 'required', found[4])
    check('a need for assistance says which; the list counts it and what is kept back', found[5:8] == ['true', '1', '1'], found[5:8])
    check('the list offers the articles of its cluster', len(found[-1].split('\\n')) == 14, found[-1])
    row = '/feedback/paper/remarks/remark[1]'
    found = forms['feedback'].tell(f'add\t{row}', f'set\t{row}/text\tWhich law?', f'set\t{row}/kind\tclarify', 'get\tvalue\t/feedback/replies_open',
                                   f'set\t{row}/reply/reply\tThe Criminal Code.', 'get\tvalue\t/feedback/replies_open', f'set\t{row}/kind\tgap', f'get\trelevant\t{row}/reply/reply')
    check('a question of a reviewer waits for its reply', (found[3], found[5], found[7]) == ('1', '0', 'false'), found)
    path = '/pledge/paper/engagement/consult/'
    found = forms['pledge'].tell(f'set\t{path}given\tyes', f'set\t{path}evidence\tA meeting in May', 'set\t/pledge/paper/transparency/answers/given\tyes',
                                 'get\tvalue\t/pledge/given_total', 'get\tvalue\t/pledge/kept_total')
    check('a pledge counts what is given and what is shown to be kept', found[3:] == ['2', '1'], found)


def reviewers(form):
    """Two for each instrument, four at most, each a party to what it reviews."""
    base, row = '/country/profile/state/', '/country/profile/reviewers/reviewer[{}]/'
    state = [f'set\t{base}state\tA'] + [f'set\t{base}{n}/party\tyes' for n in ('convention', 'trafficking', 'smuggling', 'firearms')]

    def review(*reviewing, party=state):
        commands = list(party)
        for number, (name, party_to, instruments) in enumerate(reviewing, 1):
            path = row.format(number)
            commands += [f'add\t{path[:-1]}', f'set\t{path}state\t{name}', f'set\t{path}party_to\t{party_to}', f'set\t{path}instruments\t{instruments}']
        asked = [f'get\tviolation\t{row.format(n)}{leaf}' for n in range(1, len(reviewing) + 1) for leaf in ('state', 'instruments')]
        *_, unbalanced = answers = form.tell(*commands, *asked, 'get\trelevant\t/country/profile/reviewers/unbalanced')
        return unbalanced == 'false', [a for a in answers[len(commands):-1] if a]
    every = 'untoc tip som firearms'
    b, c, d = ('B', 'untoc tip', 'untoc tip'), ('C', every, every), ('D', every, 'som firearms')
    check('three reviewers, the third for what one of them lacks, are right', review(b, c, d) == (True, []), review(b, c, d))
    check('two are not enough when one lacks an instrument', review(b, c) == (False, []), review(b, c))
    five = [(n, every, i) for n, i in zip('BCDEF', ('untoc tip', 'untoc tip', 'som', 'som firearms', 'firearms'))]
    check('four are right', review(*five[:3], ('E', every, 'som firearms'), party=state) != (True, []) and review(
        *[(n, every, i) for n, i in zip('BCDE', ('untoc tip', 'untoc tip', 'som firearms', 'som firearms'))]) == (True, []))
    check('a fifth is refused', 'constraint' in review(*five)[1], review(*five))
    check('nobody reviews itself', review(('A', every, every), c)[1] == ['constraint'], review(('A', every, every), c))
    check('nor an instrument that it has not joined', review(('B', 'untoc', every), c)[1] == ['constraint'])
    three = state[:-1] + [f'set\t{base}firearms/party\tno']
    check('a State with three instruments needs nobody for the fourth', review(('B', every, 'untoc tip som'), ('C', every, 'untoc tip som'), party=three) == (True, []))
    *_, note = form.tell(*three[:1], f'set\t{base}convention/party\tno', f'set\t{base}trafficking/party\tyes', f'get\trelevant\t{base}protocols_need')
    check('a Protocol without the Convention is pointed out', note == 'true', note)
    *_, why = form.tell('set\t/country/profile/review/languages\ten fr ar', 'get\tviolation\t/country/profile/review/third_language_reason')
    check('a third language needs its reason', why == 'required', why)
    *_, early = form.tell('add\t/country/profile/review/phase[1]', 'set\t/country/profile/review/phase[1]/start\t2022-11-01',
                          'set\t/country/profile/review/phase[1]/answers_sent\t2022-10-31', 'get\tviolation\t/country/profile/review/phase[1]/answers_sent')
    check('answers cannot come before the phase begins', early == 'constraint', early)


def main():
    names = registered('form_names')
    with tempfile.TemporaryDirectory(prefix='forms-') as folder:
        forms = {name: Form(name, folder) for name in names}
        for name, form in forms.items():
            catalogues(name, form.options, folder)
            if not name.startswith('cluster-'):
                wording(name)
        catalogues('shared', [], folder)
        articles(forms)
        summary(forms['summary'])
        plain_input(forms['input'])
        outcome(forms)
        reviewers(forms['country'])
    finish()


if __name__ == '__main__':
    main()
