#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The practice country as it was built: it opens, holds what its lists say, shows every state that people should
practise on, and packs into an archive that verifies without what must stay at home."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from datetime import date

CLI = os.environ['PALERMO_CLI']
BUILT = os.path.join(os.environ['PALERMO_DATA_DIR'], 'practice', 'practicia.palermo')
LISTS = os.path.join(os.environ['PALERMO_SOURCE_DIR'], 'data', 'practice')
CHECKS = [0, 0]


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)
    return good


def cli(*words, code=0):
    done = subprocess.run([CLI, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != code:
        check(' '.join(words[:2]), False, f'status {done.returncode}, wanted {code}: {done.stderr.strip()}')
    return done.stdout


def read_list(name):
    """Node and value of every line, as anybody would read them."""
    meanings = {r'\n': '\n', r'\t': '\t', r'\\': '\\'}
    with open(os.path.join(LISTS, name), encoding='utf-8') as file:
        lines = [line.rstrip('\n') for line in file]
    pairs = [line.split('\t', 1) for line in lines if line and not line.startswith('#')]
    return [(node, re.sub(r'\\[nt\\]', lambda found: meanings[found.group()], value)) for node, value in pairs]


def without_rows(node):
    return re.sub(r'\[[^]]*\]', '', node)


def answers_of(dossier, record):
    return json.loads(cli('answer', 'list', dossier, '--record', record, '--json'))


def is_wrong(answer):
    """A clock that is behind makes days of the autumn of 2026 lie ahead; that is no fault of the lists."""
    is_ahead = re.fullmatch(r'\d{4}-\d\d-\d\d', answer['value']) and answer['value'] > date.today().isoformat()
    return not answer['valid'] and not is_ahead


def check_list(name, answers):
    """Every line of a list is in the record, and stands on a page."""
    shown = {}
    for answer in answers:
        if answer['relevant']:
            shown.setdefault(without_rows(answer['node']), []).append(answer['value'])
    lost = []
    for node, value in read_list(name):
        values = shown.get(without_rows(node), [])
        if value in values:
            values.remove(value)
        else:
            lost.append(node)
    check(f'{name}: every answer is asked for', not lost, str(lost[:5]))


def check_questionnaire(answers):
    relevant = [answer for answer in answers if answer['relevant']]
    answered = [answer for answer in relevant if answer['value']]
    check('half of the questions are answered', len(answered) * 2 >= len(relevant), f'{len(answered)} of {len(relevant)}')
    duties = [answer for answer in relevant if answer['node'].endswith('/status')]
    begun = [answer for answer in duties if answer['value']]
    check('half of the duties, too, but not all', len(duties) <= len(begun) * 2 < len(duties) * 2,
          f'{len(begun)} of {len(duties)}')
    for part in ('untoc/art8', 'untoc/art9', 'trafficking', 'smuggling', 'firearms'):
        check(f'{part} is begun', any(answer['node'].startswith(f'/cluster1/{part}/') for answer in begun))
    check('yes, in part, and no are there', {answer['value'] for answer in begun} >= {'yes', 'part', 'no'})
    check('laws stand in rows', len([a for a in answered if re.search(r'/law\[[^]]+\]/title$', a['node'])]) >= 40)
    wrong = [answer['node'] for answer in relevant if is_wrong(answer)]
    check('one answer is wrong on purpose: a link', len(wrong) == 1 and wrong[0].endswith('/link'), str(wrong))


def check_consultations(consultations):
    answers = [answer for record in consultations for answer in record if answer['relevant']]
    feedback = [answer['value'] for answer in answers if answer['node'].endswith('/treatment/feedback')]
    check('feedback is owed for some points and sent for others', {'owed', 'sent'} <= set(feedback), str(feedback))
    decisions = [answer['value'] for answer in answers if answer['node'].endswith('/treatment/decision')]
    check('points were treated in each way', {'taken', 'partly', 'not', 'outside', ''} <= set(decisions), str(decisions))
    consents = {answer['value'] for answer in answers if answer['node'].endswith('/consent')}
    check('participants agreed to different things', {'internal', 'reviewers', 'public', 'withdrawn'} <= consents,
          str(consents))
    check('nothing in them is wrong', not any(is_wrong(answer) for answer in answers))


def check_archive(folder, dossier):
    archive = os.path.join(folder, 'practicia.asice')
    pem = os.path.join(folder, 'signer.pem')
    cli('pack', dossier, '-o', archive)
    verdict = json.loads(cli('verify', archive, '--json', code=1) or '{}')
    check('an unknown signer is indeterminate', verdict.get('indication') == 'INDETERMINATE', str(verdict)[:300])
    with zipfile.ZipFile(archive) as file:
        everything = b''.join(file.read(name) for name in file.namelist())
        signature = next((file.read(name) for name in file.namelist() if name.endswith('.p7s')), b'')
    certificates = subprocess.run(['openssl', 'pkcs7', '-inform', 'DER', '-print_certs'], input=signature,
                                  stdout=subprocess.PIPE, check=False).stdout
    with open(pem, 'wb') as file:
        file.write(certificates)
    cli('verify', archive, '--trust', pem)
    check('the archive verifies', json.loads(cli('verify', archive, '--trust', pem, '--json') or '{}')
          .get('indication') == 'TOTAL-PASSED')
    check('the answers are in it', 'The Supreme Court held in No. 31/2019'.encode() in everything)
    for name, text in (('a point that must stay out', 'as if that decided the case'),
                       ('who fears what', 'Some members are witnesses'),
                       ('how to reach a person', 'coordination@open-door')):
        check(f'{name} stays at home', text.encode() not in everything)


def main(folder):
    os.environ.update(XDG_DATA_HOME=os.path.join(folder, 'data'), XDG_CONFIG_HOME=os.path.join(folder, 'config'),
                      XDG_STATE_HOME=os.path.join(folder, 'state'), HOME=folder)
    dossier = os.path.join(folder, 'practicia.palermo')
    shutil.copyfile(BUILT, dossier)

    cli('dossier', 'check', dossier)
    info = json.loads(cli('dossier', 'info', dossier, '--json'))
    check('it opens, and is Practicia', info.get('state') == 'Practicia', str(info))
    records = json.loads(cli('record', 'list', dossier, '--json'))
    by_form = {form: [answers_of(dossier, record['id']) for record in records if record['form'] == form]
               for form in ('cluster-1', 'consultation', 'stakeholder')}
    counts = {form: len(found) for form, found in by_form.items()}
    check('one questionnaire, two consultations, three stakeholders',
          counts == {'cluster-1': 1, 'consultation': 2, 'stakeholder': 3}, str(counts))

    check_list('answers.tsv', by_form['cluster-1'][0])
    for form in ('consultation', 'stakeholder'):
        for number, answers in enumerate(by_form[form], 1):
            check_list(f'{form}-{number}.tsv', answers)
    check_questionnaire(by_form['cluster-1'][0])
    check_consultations(by_form['consultation'])
    changes = [json.loads(line) for line in cli('dossier', 'log', dossier, '--json').splitlines()]
    authors = {change['author'] for change in changes if 'id' in change}
    check('its history names nobody but the focal point', authors == {'Orla Venmark'}, str(authors))
    check_archive(folder, dossier)


if __name__ == '__main__':
    with tempfile.TemporaryDirectory(prefix='palermo-practice-') as work:
        main(work)
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    raise SystemExit(1 if CHECKS[1] else 0)
