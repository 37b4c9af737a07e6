#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""form check, run, explain and bench: what they print, and how they end."""
import json
import os
import subprocess
import tempfile

from story import CLI, check, finish

HEAD = ('<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
        'xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>T</h:title><model>\n')
GOOD = HEAD + '''<instance><data id="t"><status/><how/><law jr:template=""><title/></law></data></instance>
<bind nodeset="/data/how" relevant="/data/status = 'part'" required="true()"/>
</model></h:head><h:body>
<select1 ref="/data/status"><label>Status</label><item><label>Yes</label><value>yes</value></item>
<item><label>In part</label><value>part</value></item></select1>
<input ref="/data/how"><label>How is it <output value="/data/status"/>?</label></input>
<repeat nodeset="/data/law"><input ref="/data/law/title"><label>Title</label></input></repeat>
</h:body></h:html>
'''
BAD = HEAD + '''<instance><data id="t"><a/><b/></data></instance>
<bind nodeset="/data/a" calculate="/data/b + 1"/>
<bind nodeset="/data/b" calculate="nope(/data/a)"/>
<bind nodeset="/data/c" type="int"/>
</model></h:head><h:body/></h:html>
'''
CYCLE = BAD.replace('nope(/data/a)', '/data/a').replace('<bind nodeset="/data/c" type="int"/>', '')
STORY = [
    ('get\tvalid', 'err\tno instance yet'),
    ('new', 'ok'),
    ('get\trelevant\t/data/how', 'ok\tfalse'),
    ('set\t/data/status\tpart', 'ok'),
    ('get\tviolation\t/data/how', 'ok\trequired'),
    ('get\tlabel\t/data/how', 'ok\tHow is it part?'),
    ('get\tchoices\t/data/status', 'ok\tyes\\npart'),
    ('set\t/data/how\tline\\none\\ttab\\\\', 'ok'),
    ('get\tvalue\t/data/how', 'ok\tline\\none\\ttab\\\\'),
    ('get\tvalid', 'ok\ttrue'),
    ('set\t/data/how\t', 'ok\trequired'),
    ('get\tcount\t/data/law', 'ok\t0'),
    ('add\t/data/law[1]', 'ok'),
    ('add\t/data/law[2]', 'ok'),
    ('set\t/data/law[2]/title\tB', 'ok'),
    ('del\t/data/law[1]', 'ok'),
    ('get\tvalue\t/data/law[1]/title', 'ok\tB'),
    ('get\texists\t/data/law[2]', 'ok\tfalse'),
    ('set\t/data/nothing\t1', 'err\tno node /data/nothing'),
    ('dance', 'err\tno such command'),
    ('set\t/data/status\tyes', 'ok'),
    ('get\tinstance', 'ok\t<data id="t"><status>yes</status><law><title>B</title></law></data>'),
]


def run(*words):
    return subprocess.run([CLI, 'form', *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=60, check=False)


EXPLAIN = '''<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa">
<h:head><h:title>E</h:title><model>
<itext><translation lang="en" default="true()"><text id="c"><value>Is it a crime?</value></text><text id="y"><value>Yes</value></text>
</translation><translation lang="fr"><text id="c"><value>Est-ce une infraction ?</value></text><text id="y"><value>Oui</value></text>
</translation></itext>
<instance><data id="e"><crime/><ready>1</ready><years/><least/><more><how/></more><twice/></data></instance>
<bind nodeset="/data/years" type="int" constraint=". &gt;= /data/least"/><bind nodeset="/data/least" type="int"/>
<bind nodeset="/data/more" relevant="/data/crime = 'yes' and not(/data/ready = 'no')"/><bind nodeset="/data/more/how" required="true()"/>
<bind nodeset="/data/twice" calculate="/data/years * 2"/></model></h:head>
<h:body><select1 ref="/data/crime"><label ref="jr:itext('c')"/><item><label ref="jr:itext('y')"/><value>yes</value></item>
<item><label>No</label><value>no</value></item></select1><input ref="/data/years"><label>Years</label></input>
<group ref="/data/more"><label>More</label><input ref="/data/more/how"><label>How?</label></input></group></h:body></h:html>'''


def explain_story(folder, good):
    """An interview: why is it not asked, what decides, and what then; from an instance as well."""
    path = os.path.join(folder, 'explain.xml')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(EXPLAIN)
    done = run('explain', path, '/data/more/how', '--set', '/data/crime=no', '--json')
    told = json.loads(done.stdout)
    rule = told['rules'][0]
    check('explain names the bind around that hides', not told['relevant'] and rule['rule'] == 'relevant'
          and rule['of'] == '/data/more' and rule['label'] == 'More' and rule['inherited'], told)
    terms = rule['term']['terms']
    check('and which part of the condition decides', rule['term']['kind'] == 'and'
          and [(t['holds'], t['decides']) for t in terms] == [(False, True), (True, False)], terms)
    fact = terms[0]['reads'][0]
    check('with question, answer and what it would need', (fact['label'], fact['value'], fact['valueLabel'],
          terms[0]['comparison'], terms[0]['literalLabel']) == ('Is it a crime?', 'no', 'No', '=', 'Yes'), fact)
    done = run('explain', path, '/data/more/how', '--set', '/data/crime=no', '--language', 'fr', '--json')
    check('in the words of a language', '"Oui"' in done.stdout and 'infraction' in done.stdout, done)
    done = run('explain', path, '/data/more/how', '--set', '/data/crime=yes')
    check('the answer that decides brings it', 'relevant: yes' in done.stdout and 'valid: no, it is required and empty' in done.stdout
          and '"yes", "Yes"' in done.stdout, done)
    done = run('explain', path, '/data/years', '--set', '/data/years=3', '--set', '/data/least=4')
    check('explain says what a constraint reads', 'breaks its constraint' in done.stdout and '/data/least: "4"' in done.stdout, done)
    done = run('explain', path, '/data/years', '--set', '/data/years=three')
    check('and that a value is none of its type', 'no value of the type int' in done.stdout, done)
    done = run('explain', path, '/data/twice', '--set', '/data/years=6')
    check('explain says where a value comes from', 'calculate of /data/twice' in done.stdout and '/data/years, "Years": "6"' in done.stdout, done)
    instance = os.path.join(folder, 'filled.xml')
    with open(instance, 'w', encoding='utf-8') as file:
        file.write('<data id="e"><crime>yes</crime><ready/><years>7</years><least/><more><how>So</how></more><twice/></data>')
    done = run('explain', path, '/data/more/how', '--instance', instance)
    check('explain looks at a filled form', 'relevant: yes' in done.stdout and '"So"' in done.stdout and 'valid: yes' in done.stdout, done)
    check('an absent instance is named', run('explain', path, '/data/years', '--instance', instance + 'x').returncode == 66)
    check('explain takes no half answer', run('explain', good, '/data/how', '--set', '/data/status').returncode == 64)


def main():
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, text in (('good', GOOD), ('bad', BAD), ('cycle', CYCLE), ('broken', GOOD[:-20]), ('empty', '')):
            paths[name] = os.path.join(folder, name + '.xml')
            with open(paths[name], 'w', encoding='utf-8') as file:
                file.write(text)
        script = os.path.join(folder, 'story.txt')
        with open(script, 'w', encoding='utf-8') as file:
            file.write('\n'.join(command for command, _ in STORY) + '\n')

        done = run('check', paths['good'])
        check('a good form loads without a word', (done.returncode, done.stdout, done.stderr) == (0, 'questions 3\n', ''), done)
        done = run('check', paths['bad'])
        lines = done.stderr.splitlines()
        check('all that is wrong is listed with its line', done.returncode == 1 and len(lines) == 2
              and lines[0].startswith('bad.xml:4: ') and 'nope' in lines[0]
              and lines[1].startswith('bad.xml:5: ') and '/data/c' in lines[1], done)
        done = run('check', paths['cycle'])
        check('a cycle is named', done.returncode == 1 and 'a cycle: /data/' in done.stderr, done)
        for name in ('broken', 'empty'):
            done = run('check', paths[name])
            check(f'a {name} form is refused with a line', done.returncode == 1
                  and done.stderr.startswith(f'{name}.xml:'), done)
        done = run('check', os.path.join(folder, 'absent.xml'))
        check('an absent form is refused in words', done.returncode == 1 and 'absent.xml' in done.stderr, done)

        done = run('run', paths['good'], script)
        said = done.stdout.split('\n')[:-1]
        check('a script gets one line a command', done.returncode == 0 and len(said) == len(STORY), done)
        for (command, wanted), got in zip(STORY, said):
            check(command.replace('\t', ' '), got == wanted, got)
        check('a refused form ends a script', run('run', paths['bad'], script).returncode == 1)

        done = run('explain', paths['good'], '/data/how')
        check('explain says why not', done.returncode == 0 and 'relevant: no' in done.stdout
              and "line 3: /data/status = 'part'" in done.stdout and '/data/status' in done.stdout, done)
        done = run('explain', paths['good'], '/data/how', '--set', '/data/status=part')
        check('explain says why', 'relevant: yes' in done.stdout and 'required and empty' in done.stdout, done)
        check('explain needs a node', run('explain', paths['good'], '/data/z').returncode == 1)
        explain_story(folder, paths['good'])

        done = run('bench', paths['good'])
        check('bench refuses other forms', done.returncode == 1 and done.stderr.strip() != '', done)
        generator = os.path.join(os.environ.get('PALERMO_CONFORMANCE') or os.path.join(
            os.environ.get('PALERMO_SOURCE_DIR', '.'), '..', 'shared', 'conformance'), 'bench', 'gen_form.py')
        if os.path.exists(generator):
            form = os.path.join(folder, 'q100.xml')
            with open(form, 'w', encoding='utf-8') as file:
                subprocess.run(['python3', generator, '--questions', '100', '--langs', '2'], stdout=file, check=True)
            done = run('bench', form, '2')
            rows = [json.loads(line) for line in done.stdout.splitlines()]
            check('bench prints a line a run', [row['run'] for row in rows] == [0, 1], done)
            check('bench has the check values', all((row['f9'], row['klast'], row['total'], row['answers'])
                                                    == ('5-9', '205', '7', 20) for row in rows), rows)
    finish()


main()
