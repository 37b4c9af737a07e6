#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the forms on which form engines race row by row, the same every time: make_rows.py FOLDER

cascade.xml      a choice out of 10,000 that another answer filters, in the form itself
cascade-csv.xml  the same out of cities.csv
pull.xml         pulldata() over 10,000 rows; find.xml asks the same with a path, for other engines
nested.xml       a repeat in a repeat, with sums across both
count.xml        jr:count, every row knows its place, a sum over all
texts.xml        5,000 questions in six languages; filled.xml is an instance with all of them answered
"""
import os
import sys

N_CITIES, N_REGIONS = 10000, 100
N_PAIRS, PAIRS_A_GROUP = 2500, 25
LANGUAGES = ['English', 'French', 'Spanish', 'Russian', 'Chinese', 'Arabic']
WORDS = 'the state party has adopted measures to ensure that legislation in force establishes liability'.split()


def page(name, instance, binds, body, extra=''):
    return f'''<?xml version="1.0" encoding="UTF-8"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa">
<h:head><h:title>{name}</h:title><model>
<instance><data id="{name}" version="1">{instance}</data></instance>
{extra}{binds}
</model></h:head>
<h:body>
{body}
</h:body></h:html>
'''


def bind(path, **attributes):
    return f'<bind nodeset="/data/{path}"' + ''.join(f' {k}="{v}"' for k, v in attributes.items()) + '/>'


def cities():
    return [(f'c{i}', f'City {i}', f'r{i % N_REGIONS}') for i in range(N_CITIES)]


def cascade(source):
    items = ''.join(f'<item><name>{c}</name><label>{l}</label><region>{r}</region></item>' for c, l, r in cities())
    instance = (f'<instance id="cities"><root>{items}</root></instance>' if source == 'inline'
                else '<instance id="cities" src="jr://file-csv/cities.csv"/>')
    body = '''<input ref="/data/region"><label>Region</label></input>
<select1 ref="/data/city"><label>City</label><itemset nodeset="instance('cities')/root/item[region = /data/region]">
<value ref="name"/><label ref="label"/></itemset></select1>'''
    return page('cascade', '<region/><city/>', bind('region', type='string') + bind('city', type='string'), body, instance)


def pull(calculation):
    return page('pull', '<key/><found/>', bind('key', type='string') + bind('found', type='string', calculate=calculation),
                '<input ref="/data/key"><label>Key</label></input>', '<instance id="cities" src="jr://file-csv/cities.csv"/>')


def nested():
    instance = '''<grand/><region jr:template=""><name/><total/><district jr:template=""><a/><b/><both/></district></region>'''
    binds = ''.join([bind('grand', type='int', calculate='sum(/data/region/total)'), bind('region/name', type='string'),
                     bind('region/total', type='int', calculate='sum(../district/both)'), bind('region/district/a', type='int'),
                     bind('region/district/b', type='int'), bind('region/district/both', type='int', calculate='../a + ../b')])
    body = '''<repeat nodeset="/data/region"><input ref="/data/region/name"><label>Name</label></input>
<repeat nodeset="/data/region/district"><input ref="/data/region/district/a"><label>A</label></input>
<input ref="/data/region/district/b"><label>B</label></input></repeat></repeat>'''
    return page('nested', instance, binds, body)


def count():
    instance = '<n/><total/><row jr:template=""><x/><y/></row>'
    binds = ''.join([bind('n', type='int'), bind('total', type='int', calculate='sum(/data/row/x)'),
                     bind('row/x', type='int', calculate='position(..) * 2'), bind('row/y', type='string')])
    body = '''<input ref="/data/n"><label>How many</label></input>
<group ref="/data/row"><label>Row</label><repeat nodeset="/data/row" jr:count="/data/n"><input ref="/data/row/y"><label>Y</label></input></repeat></group>'''
    return page('count', instance, binds, body)


def sentence(number, language):
    start = (number * 7 + len(language)) % len(WORDS)
    return f'{language} {number}: ' + ' '.join((WORDS + WORDS)[start:start + 12])


def texts():
    groups = range(N_PAIRS // PAIRS_A_GROUP)
    instance, binds, body, filled = [], [], [], []
    for g in groups:
        nodes, controls, answers = [], [], []
        for i in range(g * PAIRS_A_GROUP, (g + 1) * PAIRS_A_GROUP):
            nodes.append(f'<s{i}/><t{i}/>')
            answers.append(f'<s{i}>{("yes", "part")[i % 2]}</s{i}><t{i}>{sentence(i, "Answer")}</t{i}>')
            binds.append(bind(f'g{g}/s{i}', type='string', required='true()'))
            binds.append(bind(f'g{g}/t{i}', type='string', relevant=f"/data/g{g}/s{i} != 'no'", constraint='string-length(.) &lt; 2000'))
            items = ''.join(f'<item><label ref="jr:itext(\'{v}\')"/><value>{v}</value></item>' for v in ('yes', 'part', 'no'))
            controls.append(f'<select1 ref="/data/g{g}/s{i}"><label ref="jr:itext(\'s{i}\')"/>{items}</select1>'
                            f'<input ref="/data/g{g}/t{i}"><label ref="jr:itext(\'t{i}\')"/><hint ref="jr:itext(\'h{i}\')"/></input>')
        instance.append(f'<g{g}>{"".join(nodes)}</g{g}><n{g}/>')
        filled.append(f'<g{g}>{"".join(answers)}</g{g}><n{g}/>')
        terms = ' + '.join(f"if(/data/g{g}/s{i} = 'yes', 1, 0)" for i in range(g * PAIRS_A_GROUP, (g + 1) * PAIRS_A_GROUP))
        binds.append(bind(f'n{g}', type='int', calculate=terms))
        body.append(f'<group ref="/data/g{g}"><label>Group {g}</label>{"".join(controls)}</group>')
    binds.append(bind('total', type='int', calculate=' + '.join(f'/data/n{g}' for g in groups)))
    itext = []
    for language in LANGUAGES:
        itext.append(f'<translation lang="{language}">')
        itext += [f'<text id="{v}"><value>{language} {v}</value></text>' for v in ('yes', 'part', 'no')]
        for i in range(N_PAIRS):
            itext.append(f'<text id="s{i}"><value>{sentence(i, language)}</value></text><text id="t{i}"><value>{sentence(i + 3, language)}</value></text>'
                         f'<text id="h{i}"><value>{sentence(i + 5, language)}</value></text>')
        itext.append('</translation>')
    form = page('texts', ''.join(instance) + '<total/>', ''.join(binds), ''.join(body), f'<itext>{"".join(itext)}</itext>')
    return form, f'<?xml version="1.0"?><data id="texts" version="1">{"".join(filled)}<total/></data>'


def main():
    folder = sys.argv[1]
    form, filled = texts()
    files = {
        'cascade.xml': cascade('inline'),
        'cascade-csv.xml': cascade('csv'),
        'cities.csv': 'name,label,region\n' + ''.join(f'{c},{l},{r}\n' for c, l, r in cities()),
        'pull.xml': pull("pulldata('cities', 'label', 'name', /data/key)"),
        'find.xml': pull("instance('cities')/root/item[name = /data/key]/label"),
        'nested.xml': nested(),
        'count.xml': count(),
        'texts.xml': form,
        'filled.xml': filled,
    }
    for name, text in files.items():
        with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
            file.write(text)


if __name__ == '__main__':
    main()
