#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The thread from a point that somebody made to the sentence it changed, through palermo-cli."""
import json
import os
import sys

from story import CLI, check, finish, folder, run

POINT = '/consultation/record/points/point'
TERM = '/cluster1/untoc/art2/q2_a/term'
RECORD = f'''/consultation/record/essentials/title\tRound table
/consultation/record/essentials/date\t2026-10-06
/consultation/record/essentials/article_clusters\tI
/consultation/record/essentials/articles\tuntoc:2 untoc:5
/consultation/record/essentials/attended\t14
/consultation/record/people/numbers/women\t3
{POINT}[1]/text\tThe term is older than the Convention
{POINT}[1]/source\tUniversity of Practicia
{POINT}[1]/source_type\tacademia
{POINT}[1]/point_articles\tuntoc:2
{POINT}[2]/text\tKeep this inside
{POINT}[2]/restricted\tyes
{POINT}[2]/naming\ttype
{POINT}[2]/source_type\tvictims
'''


def cli(*words, **options):
    return run([CLI, *words], **options)


def points(path, *words):
    return json.loads(cli('consultation', 'points', path, '--json', *words).stdout)


def story_points(path):
    done = cli('consultation', 'add', path, '--from', '-', input=RECORD)
    check('a consultation is recorded', done.returncode == 0, done.stderr)
    record = done.stdout.strip()
    said = points(path)
    check('both points are listed', [p['text'] for p in said] == ['The term is older than the Convention', 'Keep this inside'], said)
    check('the one who wants to stay unknown has a type only', said[1]['source'] is None and said[1]['type'] == 'victims'
          and said[1]['restricted'], said[1])
    check('nobody decided yet, so nobody is to be told', len(points(path, '--open')) == 2 and not points(path, '--owed'))
    return record, said


def story_thread(path, record, said):
    cli('answer', 'set', path, TERM, 'criminal association')
    changed = json.loads(cli('answer', 'history', path, TERM, '--json').stdout)[0]['id']
    done = cli('consultation', 'link', path, record, said[0]['point'], TERM, '--change', changed)
    check('a point is tied to a question and to the change that it caused', done.returncode == 0, done.stderr)
    threads = points(path)[0]['threads']
    check('and says so', len(threads) == 1 and threads[0]['node'] == TERM and threads[0]['change'] == changed, threads)
    for name, words, code in (('a question that is not there', (record, said[0]['point'], '/cluster1/nowhere'), 1),
                              ('a point that is not there', (record, POINT + '[x]', TERM), 1)):
        done = cli('consultation', 'link', path, *words)
        check(f'{name} is refused', done.returncode == code and done.stderr.count('\n') == 1, f'{done.returncode} {done.stderr}')
    check('and nothing was written', len(points(path)[0]['threads']) == 1)
    done = cli('consultation', 'unlink', path, threads[0]['thread'])
    check('the tie goes', done.returncode == 0 and not points(path)[0]['threads'], done.stderr)
    done = cli('dossier', 'undo', path)
    check('and comes back by undo', len(points(path)[0]['threads']) == 1, done.stderr)


def story_considered(path, record, said):
    cli('answer', 'set', path, said[0]['point'] + '/treatment/decision', 'taken', '--record', record)
    check('what is taken up is owed a word', [p['point'] for p in points(path, '--owed')] == [said[0]['point']])
    cli('answer', 'set', path, said[0]['point'] + '/treatment/feedback', 'sent', '--record', record)
    check('until it was said', not points(path, '--owed') and len(points(path, '--open')) == 1)


def story_clearance(path, record, said):
    """How a point was considered is asked for when its articles are cleared, and not before."""
    def asked():
        pages = json.loads(cli('team', 'status', path, '--json').stdout)['pages']
        return {page['page'].rsplit('/', 1)[1]: page['counts']['not-considered'] for page in pages if page['counts']['not-considered']}

    treatment = said[1]['point'] + '/treatment'
    check('a point of the whole consultation is asked for with each of its articles', asked() == {'art2': 1, 'art5': 1}, asked())
    cli('answer', 'set', path, treatment + '/decision', 'not', '--record', record)
    check('a decision alone does not say why', asked() == {'art2': 1, 'art5': 1}, asked())
    cli('answer', 'set', path, treatment + '/why', 'It concerns another State.', '--record', record)
    check('with a reason it was considered', asked() == {}, asked())
    cli('answer', 'set', path, treatment + '/why', '', '--record', record)
    cli('answer', 'set', path, treatment + '/decision', '', '--record', record)
    check('and is asked for again when that is taken back', asked() == {'art2': 1, 'art5': 1}, asked())


def story_measure(path):
    counts = json.loads(cli('consultation', 'measure', path, '--json').stdout)
    check('the indicators', {name: counts[name] for name in ('consultations', 'attended', 'women', 'small_numbers', 'points', 'open', 'taken',
                                                             'feedback_sent', 'restricted')}
          == {'consultations': 1, 'attended': 14, 'women': 3, 'small_numbers': 1, 'points': 2, 'open': 1, 'taken': 1,
              'feedback_sent': 1, 'restricted': 1}, counts)
    cells = {(c['type'], c['article']): c for c in json.loads(cli('consultation', 'coverage', path, '--json').stdout)}
    check('the matrix: what names an article', cells['academia', 'untoc:2']['points'] == 1 and ('academia', 'untoc:5') not in cells, cells)
    check('what names none is of those of the consultation', cells['victims', 'untoc:5']['points'] == 1)
    cells = json.loads(cli('consultation', 'coverage', path, '--cluster', 'II', '--json').stdout)
    check('none of it is of cluster II', cells == [], cells)


def main():
    with folder() as here:
        path = os.path.join(here, 'Practicia.palermo')
        cli('dossier', 'new', path, '--state', 'Practicia', '--start', '2026-09-01')
        record, said = story_points(path)
        story_thread(path, record, said)
        story_considered(path, record, said)
        story_clearance(path, record, said)
        story_measure(path)
    finish()


if __name__ == '__main__':
    sys.exit(main())
