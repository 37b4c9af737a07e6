#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The questionnaires against the facts: 64 articles in 15 cells, each duty with its paragraph and its strength."""
import collections
import csv
import os
import re
import subprocess
import tempfile
import xml.etree.ElementTree as ET

from story import CLI, check, finish

SOURCE = os.environ.get('PALERMO_SOURCE_DIR', os.path.join(os.path.dirname(__file__), '..', '..'))
FORMS = os.path.join(SOURCE, 'data', 'forms')
X, P = '{http://www.w3.org/2002/xforms}', '{https://palermo.app/ns/form}'

# Instrument (by the name of its part), cluster: articles in their order.
TABLE = {
    'untoc': {1: [2, 5, 6, 8, 9, 10, 15, 23], 2: [24, 25, 29, 30, 31], 3: [7, 11, 19, 20, 22, 26, 27, 28],
              4: [12, 13, 14, 16, 17, 18, 21]},
    'trafficking': {1: [3, 5], 2: [6, 7, 9], 3: [11, 12, 13], 4: [8, 10]},
    'smuggling': {1: [3, 5, 6], 2: [8, 9, 14, 15, 16], 3: [11, 12, 13], 4: [7, 10, 18]},
    'firearms': {1: [3, 5, 8], 2: [7, 9, 10, 11, 14, 15], 3: [], 4: [6, 12, 13]},
}
PREFIX = {'untoc': 'untoc', 'trafficking': 'tip', 'smuggling': 'som', 'firearms': 'firearms'}
LAST = {'untoc': 41, 'tip': 20, 'som': 25, 'firearms': 21, 'uncac': 71}
ROMAN = {1: 'I', 2: 'II', 3: 'III', 4: 'IV'}
# What explains a term sets no duty: these have a paragraph and no strength.
TERMS = re.compile(r'untoc:2\.|(tip|som|firearms):3\.|untoc:8\.4$|som:6\.1$')
# What States make known to the Secretary-General or to each other: a card with the date and the reference of the notice.
NOTICES = {1: ['untoc:5.3', 'untoc:6.2.d'], 2: ['untoc:31.6', 'som:8.6'],
           4: ['untoc:13.5', 'untoc:16.5.a', 'untoc:18.13', 'untoc:18.14']}
# Where the Convention against Corruption treats the same matter as an article of the Convention.
UNCAC = {6: [23], 7: [14], 8: [15, 16], 9: [5, 6, 7, 8, 36], 10: [26], 11: [30], 12: [31], 13: [55], 14: [57], 15: [42], 16: [44],
         17: [45], 18: [46], 19: [49], 20: [50], 21: [47], 22: [41], 23: [25], 24: [32], 25: [32, 35], 26: [37], 27: [48], 28: [61],
         29: [60], 30: [62], 31: [5, 12, 13]}
# Articles that are not reviewed, and yet bear on those that are.
BESIDE = {'untoc:34.2', 'som:19.1'}
PARTY = ['party_trafficking', 'party_smuggling', 'party_firearms', 'party_uncac']


def run(*words):
    return subprocess.run([CLI, *words], capture_output=True, text=True, timeout=60, check=False)


def registered():
    """The clusters whose questionnaires are made and installed."""
    with open(os.path.join(FORMS, 'meson.build'), encoding='utf-8') as f:
        names = re.search(r'form_names = \[(.*?)\]', f.read(), re.S)[1]
    return [int(n) for n in re.findall(r"'cluster-(\d)'", names)]


def reference(text):
    """("untoc", 5) of "untoc:5.1.a", or None: an instrument, an article that it has, and its paragraphs."""
    match = re.fullmatch(r'(untoc|tip|som|firearms|uncac):([1-9]\d*)((?:\.(?:[1-9]\d?|[a-z]|[ivx]+))*)', text or '')
    return (match[1], int(match[2])) if match and int(match[2]) <= LAST[match[1]] else None


class Form:
    def __init__(self, cluster, folder):
        self.cluster, self.root = cluster, f'/cluster{cluster}'
        self.path = os.path.join(folder, f'cluster-{cluster}.xml')
        name = f'cluster-{cluster}'
        done = run('form', 'compile', os.path.join(FORMS, name, name + '.csv'), '--shared', os.path.join(FORMS, 'shared', 'shared.csv'), '-o', self.path)
        check(f'{name} is made without a word', done.returncode == 0 and not done.stderr, done.stderr)
        done = run('form', 'check', self.path)
        check(f'{name} passes form check without a word', done.returncode == 0 and not done.stderr, done.stderr)
        html = ET.parse(self.path).getroot()
        self.binds = {b.get('nodeset'): b for b in html.iter(X + 'bind')}
        self.pages = collections.OrderedDict()  # part -> [(path, [cards])]
        for part in html.iter(X + 'group'):
            if 'part' in (part.get('appearance') or '').split():
                self.pages[part.get('ref').rsplit('/', 1)[1]] = [
                    (page.get('ref'), [c.get('ref') for c in page if c.get('ref') and not self.is_note(c)])
                    for page in part if 'page' in (page.get('appearance') or '').split()]
        self.general = [page.get('ref') for part in html.iter(X + 'group') if part.get('ref') == self.root + '/general'
                        for page in part if 'page' in (page.get('appearance') or '').split()]
        self.questions = [c.get('ref') for tag in ('input', 'select', 'select1', 'upload', 'range', 'rank') for c in html.iter(X + tag)
                          if not self.is_note(c)]
        self.notes = {n.get('ref'): n.findtext(X + 'label') for n in html.iter(X + 'input') if self.is_note(n)}

    def is_note(self, control):
        bind = self.binds.get(control.get('ref'))
        return control.tag == X + 'input' and bind is not None and bind.get('readonly') == 'true()'

    def about(self, path, key):
        bind = self.binds.get(path)
        return bind.get(P + key) if bind is not None else None

    def articles(self, part):
        """(path, cards) of the pages that are articles."""
        return [page for page in self.pages.get(part, []) if self.about(page[0], 'ref')]

    def fill(self, party, *commands):
        """What a script of the form gives back, with the adherence answered first."""
        script = ['new'] + [f'set\t{self.root}/general/adherence/{k}\t{v}' for k, v in party.items()] + list(commands)
        path = self.path + '.script'
        with open(path, 'w', encoding='utf-8') as f:
            f.write('\n'.join(script) + '\n')
        lines = run('form', 'run', self.path, path).stdout.splitlines()
        assert len(lines) == len(script), lines[-3:]
        bad = [(s, l) for s, l in zip(script, lines) if not l.startswith('ok')]
        assert not bad, bad[:3]
        return [l.partition('\t')[2] for l in lines[1 + len(party):]]

    def shown(self, party):
        """part -> the articles that somebody sees."""
        pages = [(part, page) for part in TABLE for page, _ in self.articles(part)]
        answers = self.fill(party, *[f'get\trelevant\t{page}' for _, page in pages])
        return [(part, page) for (part, page), answer in zip(pages, answers) if answer == 'true']


def table(forms):
    items = []
    for form in forms:
        for part, clusters in TABLE.items():
            wanted = [f'{PREFIX[part]}:{n}' for n in clusters[form.cluster]]
            found = [form.about(page, 'ref') for page, _ in form.articles(part)]
            check(f'cluster {ROMAN[form.cluster]}, {part}: the articles, in order', found == wanted, f'{found}, not {wanted}')
            items += found
            wrong = [page for page, _ in form.articles(part) if page != f'{form.root}/{part}/art{form.about(page, "ref").split(":")[1]}']
            check(f'cluster {ROMAN[form.cluster]}, {part}: their names say which', not wrong, wrong)
    check('no article stands twice', len(items) == len(set(items)), [i for i, n in collections.Counter(items).items() if n > 1])
    cells = sum(bool(form.articles(part)) for form in forms for part in TABLE)
    if len(forms) == 4:
        check('64 articles', len(items) == 64, len(items))
        check('15 cells', cells == 15, cells)
        duties = sum(not card.endswith('/overall') for form in forms for part in TABLE for _, cards in form.articles(part) for card in cards)
        check('about 450 numbered questions about them', 380 <= duties <= 520, duties)


def duties(form):
    roman = ROMAN[form.cluster]
    lost, strange, out, weak, strength, elsewhere, late, links = [], [], [], [], [], [], [], []
    for part in TABLE:
        need = None if part == 'untoc' else part
        for page, cards in form.articles(part):
            article = form.about(page, 'ref')
            if [c for c in cards if c.endswith('/overall')] != cards[-1:]:
                late.append(page)
            for card in cards:
                ref, obligation = form.about(card, 'ref'), form.about(card, 'obligation')
                if ref is None:
                    lost.append(card)
                    continue
                if reference(ref) is None:
                    strange.append(f'{card}: {ref}')
                if ref != article and not ref.startswith(article + '.'):
                    out.append(f'{card}: {ref}')
                if form.about(card, 'cluster') != roman or (need and form.about(card, 'needs') != need):
                    elsewhere.append(card)
                if not card.endswith('/overall') and not TERMS.match(ref) and obligation not in ('shall', 'consider', 'may'):
                    weak.append(f'{card}: {obligation}')
                # A single question may be required because others hang on it.
                status, single = form.binds.get(card + '/status'), form.binds[card]
                required = (single if status is None else status).get('required') == 'true()'
                if status is not None and required != (obligation == 'shall'):
                    strength.append(f'{card}: {obligation}')
    for path, bind in form.binds.items():
        for word in (bind.get(P + 'link') or '').split():
            if reference(word) is None or word == bind.get(P + 'ref'):
                links.append(f'{path}: {word}')
        if bind.get(P + 'ref') and reference(bind.get(P + 'ref')) is None:
            strange.append(f'{path}: {bind.get(P + "ref")}')
    for name, bad in [('every card names its paragraph', lost), ('every p:ref can be read', strange), ('and lies in the article of its page', out),
                      ('cluster and instrument are those of the part', elsewhere), ('every duty says how strong it is', weak),
                      ('an answer is required where the article says shall, and only there', strength),
                      ('the article as a whole comes last', late), ('every p:link leads to an article, and to another one', links)]:
        check(f'cluster {roman}: {name}', not bad, bad[:5])
    notes = {page: form.notes.get(page + '/intro') or '' for part in TABLE for page, _ in form.articles(part)}
    bare = [page for page, note in notes.items() if len(note) < 80 or 'good answer' not in note or '“Yes, in part”' not in note]
    check(f'cluster {roman}: every article begins with its duty, what a good answer holds and what “in part” means', not bare, bare)
    check(f'cluster {roman}: no article is introduced as another is', len(set(notes.values())) == len(notes))
    cards = {card for part in TABLE for _, cards in form.articles(part) for card in cards}
    loose = [path for path in form.questions if any(path.startswith(f'{form.root}/{part}/') for part in TABLE)
             and not any(path == card or path.startswith(card + '/') for card in cards)]
    check(f'cluster {roman}: every question about an article stands in a card', not loose, loose[:5])
    told = [form.about(card, 'ref') for card in cards if card + '/notice_date' in form.binds and card + '/notice_reference' in form.binds]
    check(f'cluster {roman}: what is to be made known has the day and the reference of the notice', sorted(told) == sorted(NOTICES.get(form.cluster, [])), told)
    lost = {f'untoc:{n}': wanted for n in TABLE['untoc'][form.cluster] for wanted in UNCAC.get(n, [])
            if not any(f'uncac:{wanted}' in (form.about(card, 'link') or '').split() for card in cards
                       if (form.about(card, 'ref') or '').split('.')[0] == f'untoc:{n}')}
    check(f'cluster {roman}: the articles lead to their like in the Convention against Corruption', not lost, lost)
    help_lost = [page for part in TABLE for page, _ in form.articles(part) if page + '/overall/assistance/needed' not in form.binds]
    check(f'cluster {roman}: every article asks what help is needed', not help_lost, help_lost)


def leads(forms):
    """What was answered under one card can be offered under another."""
    links = collections.defaultdict(set)
    for form in forms:
        for part in TABLE:
            for _, cards in form.articles(part):
                for card in cards:
                    links[form.about(card, 'ref')].update((form.about(card, 'link') or '').split())
    asked = set(links)
    ours = [(ref, link) for ref, found in links.items() for link in found if not link.startswith('uncac:') and link not in BESIDE]
    lost = [pair for pair in ours if not any(ref == pair[1] or ref.startswith(pair[1] + '.') for ref in asked)]
    check('every p:link leads to what is asked somewhere', len(forms) < 4 or not lost, lost[:5])
    oneway = [(ref, link) for ref, link in ours if link in asked and '.' in link and ref not in links[link]]
    check('and back', len(forms) < 4 or not oneway, oneway[:5])
    general = [[(page, sorted(p[len(form.root):] for p in form.questions if p.startswith(page + '/'))) for page in form.general] for form in forms]
    named = [[(page[len(form.root):], paths) for page, paths in pages] for form, pages in zip(forms, general)]
    check('the general part is the same in all', all(n == named[0] for n in named), [p for n in named for p in n if p not in named[0]][:2])


def rows(cluster, sheet):
    now, head = None, None
    with open(os.path.join(FORMS, f'cluster-{cluster}', f'cluster-{cluster}.csv'), encoding='utf-8', newline='') as f:
        for row in csv.reader(f):
            if row and row[0]:
                now, head = row[0], None
            elif now == sheet and any(row):
                if head is None:
                    head = row[1:]
                else:
                    yield dict(zip(head, row[1:]))


def wording(forms):
    """No question has the words of another one; the general part is shared, and one question of it is not."""
    asked, helped, unhelped = collections.defaultdict(list), collections.defaultdict(list), []
    for form in forms:
        path, choices = [], collections.defaultdict(list)
        for row in rows(form.cluster, 'survey'):
            if row['type'].startswith('begin'):
                path.append(row['name'])
            elif row['type'].startswith('end'):
                path.pop()
            elif path[:1] != ['general'] and row['label'] and row['type'] != 'note':
                where = f'{form.root}/{"/".join(path)}/{row["name"]}'
                asked[' '.join(row['label'].split()).lower()].append(where)
                if row['guidance_hint']:
                    helped[row['guidance_hint']].append(where)
                if row['name'] == 'status' and not ('ood answer' in row['guidance_hint'] and row['hint']):
                    unhelped.append(where)
        for row in rows(form.cluster, 'choices'):
            choices[row['list_name']].append(row['label'])
        double = [name for name, labels in choices.items() if len(labels) != len(set(labels))]
        check(f'cluster {ROMAN[form.cluster]}: no list says the same twice', not double, double)
    check('no two questions share a text', not [w for w in asked.values() if len(w) > 1], [w for w in asked.values() if len(w) > 1][:5])
    hanging = [w for text, w in asked.items() if re.match(r'(do|does|is|are|can|have|has) (they|it) (?!a crime|trafficking|ruled|without|make)', text)
               and any(p.endswith('/status') for p in w)]
    check('no duty is asked for as if the one before it were still in sight', not hanging, hanging)
    check('nor what is said of a good answer', not [w for w in helped.values() if len(w) > 1], [w for w in helped.values() if len(w) > 1][:5])
    check('every duty says what is meant and what a good answer holds', not unhelped, unhelped[:5])


def reach(form):
    """Everything that is shown can be answered; what is shown depends on the instruments."""
    everything = dict.fromkeys(PARTY, 'yes')
    cards = [card for part in TABLE for _, cards in form.articles(part) for card in cards if card + '/status' in form.binds]
    ask = [f'get\trelevant\t{card}/status' for card in cards]
    commands, known = [], set()
    # An answer may bring further questions.
    for _ in range(4):
        new = [c for c, answer in zip(cards, form.fill(everything, *commands, *ask)[len(commands):]) if answer == 'true' and c not in known]
        known.update(new)
        commands += [f'set\t{card}/status\tyes' for card in new]
    total = form.fill(everything, *commands, f'get\tvalue\t{form.root}/answered_total', f'get\tvalue\t{form.root}/duties_total')[-2:]
    check(f'cluster {ROMAN[form.cluster]}: everything that is asked can be answered', total[0] == total[1] != '0', total)
    alone = form.shown({k: 'yes' if k == 'party_uncac' else 'no' for k in PARTY})
    check(f'cluster {ROMAN[form.cluster]}: a State without Protocols sees the Convention only', {part for part, _ in alone} == {'untoc'}, alone)


def cases(forms):
    """The numbers that are known from the rules of the review."""
    by = {form.cluster: form for form in forms}
    everything = dict.fromkeys(PARTY, 'yes')
    if 1 in by:
        page = '/cluster1/untoc/art5/'
        for approach, further, wanted in (('participation', [], ['false', 'false', 'false', 'true']), ('agreement', [], ['true', 'false', 'false', 'false']),
                                          ('both', ['group_required'], ['true', 'true', 'true', 'true']), ('both', ['act_required'], ['true', 'false', 'true', 'true'])):
            *_, act, group, notify, other = by[1].fill(
                everything, f'set\t{page}q5_1_a/status\tyes', f'set\t{page}q5_1_a/approach\t{approach}', *[f'set\t{page}q5_1_a/{f}\tyes' for f in further],
                *[f'get\trelevant\t{page}{p}' for p in ('q5_1_a/act_required', 'q5_3/status', 'q5_3_notify/status', 'q5_1_a/other_activities')])
            check(f'article 5, {approach} {further}: what else is asked, and what is to be notified', [act, group, notify, other] == wanted, [act, group, notify, other])
        check('cluster I for a party to the Convention against Corruption: 14 articles', len(by[1].shown(everything)) == 14, by[1].shown(everything))
        seen = by[1].shown({**everything, 'party_uncac': 'no'})
        check('and 16 for others', len(seen) == 16, seen)
    if 2 in by:
        seen = by[2].shown({**everything, 'party_firearms': 'no'})
        check('cluster II for a State outside the Firearms Protocol: 13 articles', len(seen) == 13 and 'firearms' not in dict(seen), seen)
        check('and 19 for a party to everything', len(by[2].shown(everything)) == 19)
        sea = [card for page, cards in by[2].articles('smuggling') if page.endswith(('art8', 'art9')) for card in cards if not card.endswith('/overall')]
        bad = [c for c in sea if 'na' not in by[2].fill(everything, f'get\tchoices\t{c}/status')[0].split('\\n')]
        check('a country without a coast can say that the sea is no matter of it', sea and not bad, bad)
        art9 = [c for p, cards in by[2].articles('firearms') if p.endswith('/art9') for c in cards if c + '/status' in by[2].binds]
        for answer, wanted in (('yes', 'false'), ('no', 'true')):
            seen = by[2].fill(everything, f'set\t{by[2].root}/firearms/art9/q9_treated\t{answer}', *[f'get\trelevant\t{c}/status' for c in art9])[1:]
            check(f'deactivated firearms are firearms: {answer}; the duties are {"asked" if wanted == "true" else "left out"}', art9 and set(seen) == {wanted}, seen)
    if 3 in by:
        check('cluster III: 14 articles', len(by[3].shown(everything)) == 14)
        note = [text for path, text in by[3].notes.items() if path.startswith('/cluster3/firearms/')]
        check('the empty cell says that it is empty', not by[3].articles('firearms') and note and 'no article' in note[0], note)
    if 4 in by:
        page = '/cluster4/untoc/art16/'
        asked = [f'get\trelevant\t{page}{card}/status' for card in ('q16_4', 'q16_5_a', 'q16_5_b', 'q16_6')]
        for first, basis, wanted in (('no', None, ['false', 'false', 'false', 'true']), ('yes', 'yes', ['true', 'true', 'false', 'false']), ('yes', 'no', ['true', 'true', 'true', 'false'])):
            given = [f'set\t{page}q16_4_condition\t{first}'] + ([f'set\t{page}q16_4/status\t{basis}'] if basis else [])
            seen = by[4].fill(everything, *given, *asked)[-4:]
            check(f'extradition depends on a treaty: {first}; the Convention is one: {basis}', seen == wanted, seen)
        check('cluster IV: 15 articles', len(by[4].shown(everything)) == 15)


def main():
    with tempfile.TemporaryDirectory(prefix='clusters-') as folder:
        numbers = registered()
        check('cluster I is there', 1 in numbers, numbers)
        forms = [Form(n, folder) for n in numbers]
        table(forms)
        wording(forms)
        leads(forms)
        cases(forms)
        for form in forms:
            duties(form)
            reach(form)
    finish()


if __name__ == '__main__':
    main()
